/**
 * What egret may write as SARIF, as a closed schema of our own: each object
 * with the properties of SARIF 2.1.0 (OASIS, §3) that egret uses and no other,
 * types, enumerations and required members as the standard gives them, and
 * what GitHub asks beyond it: no empty string, an end for every region, texts
 * of at most 1,024 characters, help for every rule.
 */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const shortText: Schema = { type: 'string', minLength: 1, maxLength: 1024 };
const count: Schema = { type: 'integer', minimum: 1 };
const level: Schema = { enum: ['none', 'note', 'warning', 'error'] };
/** A relative reference (RFC 3986 §4.2) whose first part holds no colon. */
const uri: Schema = { type: 'string', pattern: "^(?!//)(?:[\\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$" };
const texts: Schema = { type: 'array', items: text };

const message = closed({ text: shortText }, ['text']);
const described = closed({ text: shortText, markdown: text }, ['text']);
const region = closed({ startLine: count, startColumn: count, endLine: count, endColumn: { type: 'integer', minimum: 2 } }, ['startLine', 'startColumn', 'endLine', 'endColumn']);
const location = closed({ physicalLocation: closed({ artifactLocation: closed({ uri }, ['uri']), region }, ['artifactLocation', 'region']) }, ['physicalLocation']);
const hashes = closed({ 'sha-256': { type: 'string', pattern: '^[0-9a-f]+$' } }, ['sha-256']);

const rule = closed(
  {
    id: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' },
    name: { type: 'string', minLength: 1, maxLength: 255 },
    shortDescription: described,
    fullDescription: described,
    help: described,
    defaultConfiguration: closed({ level }, ['level']),
    properties: closed({ precision: { enum: ['very-high', 'high', 'medium', 'low'] }, 'problem.severity': { enum: ['error', 'warning', 'recommendation'] }, tags: { ...texts, uniqueItems: true, maxItems: 10 } }, ['tags']),
  },
  ['id', 'shortDescription', 'fullDescription', 'help', 'defaultConfiguration'],
);

const evidence = closed({ source: { type: 'integer', minimum: 0 }, frames: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 }, at: text }, ['source', 'frames', 'at']);

const result = closed(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message,
    locations: { type: 'array', items: location, minItems: 1, maxItems: 1 },
    partialFingerprints: closed({ primaryLocationLineHash: text, 'egret/v1': text }, ['primaryLocationLineHash', 'egret/v1']),
    suppressions: { type: 'array', uniqueItems: true, items: closed({ kind: { enum: ['inSource', 'external'] }, status: { enum: ['accepted', 'underReview', 'rejected'] }, justification: shortText }, ['kind', 'status', 'justification']) },
    properties: closed(
      { confidence: text, subject: shortText, component: shortText, standing: text, why: shortText, sure: shortText, claims: texts, evidence: { type: 'array', items: evidence }, evidenceCount: { type: 'integer', minimum: 0 }, known: texts },
      ['claims'],
    ),
  },
  ['ruleId', 'level', 'message', 'locations', 'partialFingerprints', 'suppressions'],
);

const notification = closed(
  { descriptor: closed({ id: text }, ['id']), level, message, properties: closed({ count, lowers: texts }, ['count']) },
  ['descriptor', 'level', 'message'],
);

const invocation = closed(
  { executionSuccessful: { type: 'boolean' }, exitCode: { type: 'integer' }, exitCodeDescription: text, toolExecutionNotifications: { type: 'array', items: notification } },
  ['executionSuccessful', 'exitCode', 'exitCodeDescription', 'toolExecutionNotifications'],
);

const artifact = closed(
  {
    location: { type: 'object', additionalProperties: false, minProperties: 1, properties: { uri, description: message } },
    roles: { type: 'array', uniqueItems: true, items: { enum: ['analysisTarget', 'policy'] } },
    length: { type: 'integer', minimum: 0 },
    hashes,
  },
  ['location', 'roles', 'hashes'],
);

const driver = closed({ name: { const: 'egret' }, semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' }, rules: { type: 'array', items: rule, minItems: 1, uniqueItems: true } }, ['name', 'semanticVersion', 'rules']);

const run = closed(
  {
    tool: closed({ driver }, ['driver']),
    automationDetails: closed({ id: { type: 'string', pattern: '^egret(/[\\w.-]+){3}$' } }, ['id']),
    invocations: { type: 'array', items: invocation, minItems: 1, maxItems: 1 },
    artifacts: { type: 'array', items: artifact, uniqueItems: true },
    columnKind: { const: 'utf16CodeUnits' },
    results: { type: 'array', items: result, maxItems: 25_000 },
  },
  ['tool', 'automationDetails', 'invocations', 'columnKind', 'results'],
);

export const SARIF_SCHEMA: Schema = closed(
  { $schema: { type: 'string', pattern: '^https://[^ ]+/sarif-schema-2\\.1\\.0\\.json$' }, version: { const: '2.1.0' }, runs: { type: 'array', items: run, minItems: 1, maxItems: 1 } },
  ['$schema', 'version', 'runs'],
);

function closed(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  return { type: 'object', additionalProperties: false, properties, required };
}
