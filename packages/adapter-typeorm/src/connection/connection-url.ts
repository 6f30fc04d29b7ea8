/** The names of the parameters in a URL's query. Read by hand: the URLs that pg takes are not all URLs by the standard. */
export function parametersOfUrl(url: string): string[] {
  const query = url.split('?')[1]
  return query === undefined ? [] : [...new URLSearchParams(query).keys()]
}

/** Whether it says which host: between user and path, or as a parameter. What is no URL is left to those who read it. */
export function urlNamesHost(url: string): boolean {
  const [, host] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#:]*)/i.exec(url) ?? []
  return host !== '' || parametersOfUrl(url).includes('host') || /^socket:/i.test(url)
}
