import { refused, restoreElsewhere } from '../rule.ts'
import { closing, partsIn, placeOf, type Statement, says } from '../statement.ts'

/** Where the list of arguments begins. */
const argumentsOf = ({ tokens }: Statement) => tokens.findIndex(({ text }) => text === '(')
const isRoutine = ({ tokens }: Statement) =>
  says(tokens, 0, 'CREATE') && /^(FUNCTION|PROCEDURE)$/.test(tokens[1]?.text ?? '')

export const sqlBodies = refused({
  feature: 'Bodies of functions in SQL: BEGIN ATOMIC, RETURN',
  since: 14,
  mark: /BEGIN ATOMIC|RETURN /,
  remedy: 'restore into PostgreSQL 14 or newer, or write the body as a string in the source (AS $$ … $$)',
  isIn: (statement) => {
    const { tokens } = statement
    const behind = closing(tokens, argumentsOf(statement))
    return (
      isRoutine(statement) &&
      tokens.some(
        ({ text }, at) => at > behind && (text === 'RETURN' || (text === 'BEGIN' && says(tokens, at + 1, 'ATOMIC'))),
      )
    )
  },
})

export const outArguments = refused({
  feature: 'Procedures with OUT arguments',
  since: 14,
  mark: /^\s*CREATE PROCEDURE .*\bOUT /s,
  remedy: 'restore into PostgreSQL 14 or newer, or make them INOUT in the source',
  isIn: (statement) =>
    says(statement.tokens, 0, 'CREATE', 'PROCEDURE') &&
    partsIn(statement.tokens, argumentsOf(statement)).some(({ from }) => says(statement.tokens, from, 'OUT')),
})

export const loginTriggers = refused({
  feature: 'Event triggers on login',
  since: 17,
  mark: /^\s*CREATE EVENT TRIGGER .* ON login\b/,
  remedy: restoreElsewhere(17),
  isIn: (statement) => placeOf(statement, 'ON', 'login') !== -1,
})
