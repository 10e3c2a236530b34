/**
 * The door `@tidemark/core/fields`: schemas, their fields, and expressions that are functions.
 */
export { schema } from './schema.ts'
export type { DescribedFields, RowOfSchema, Schema, SchemaDescription } from './schema.ts'
export type { AllFieldsOf, FieldsOf } from './schema-fields.ts'
export type { RowFor, ScalarTypes, ShortForm, ShortFormOf, ShortType } from './short-form.ts'
export { allOf, anyOf, constant, not, recordOf, tupleOf } from './gather.ts'
export type {
  ArithmeticMethods,
  Condition,
  ConditionMethods,
  EqualityMethods,
  Field,
  FieldExpression,
  Operand,
  OrderMethods,
  PresenceMethods,
  RowOf,
  TextMethods,
  TimestampMethods,
} from './field-expression.ts'
export { expressionOf } from './expression.ts'
export type {
  Arithmetic,
  ArithmeticOperator,
  CalendarUnit,
  Comparison,
  ComparisonOperator,
  ConstantValue,
  Expression,
  Fallback,
  FieldReading,
  Junction,
  Membership,
  Negation,
  NullTest,
  RecordOf,
  TextFunction,
  TextOperator,
  Truncation,
  TupleOf,
  ValueType,
} from './expression.ts'
export { formatExpression } from './format-expression.ts'
export { fieldsOf } from './fields-of.ts'
export type { FieldRead } from './fields-of.ts'
export { fromExpression } from './from-expression.ts'
export { sameExpression } from './same-expression.ts'
