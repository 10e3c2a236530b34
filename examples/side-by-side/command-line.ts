/**
 * The command line: what can be asked for, checked before anything runs.
 */
import { resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { ReplaySpeed } from '@tidemark/runners/streaming'
import type { NamedPaths } from './input-files.ts'
import type { FileOptions } from './own-file/file-job.ts'
import { FORMATS, type Format } from './own-file/record-source.ts'
import { UsageError } from './usage-error.ts'

/** What was asked for. */
export interface Request extends NamedPaths {
  /** Whether to end after the report. */
  readonly once: boolean
  /** Whether to say what the figures mean, and end. */
  readonly dictionary: boolean
  readonly speed: ReplaySpeed
  readonly seed: number
  /** Where the report goes; beside the repository's other output, when undefined. */
  readonly report: string | undefined
  /** A person's own file, in place of the logs. */
  readonly file: FileOptions | undefined
}

interface Parsed extends NamedPaths {
  readonly once?: true
  readonly dictionary?: true
  readonly speed: ReplaySpeed
  readonly seed: number
  readonly report?: string
  readonly file?: string
  readonly time?: string
  readonly key?: string
  readonly every: number
  readonly bound: number
  readonly lateness?: number
  readonly format?: Format
}

const EXAMPLES = `
Examples:
  npm start                                       both logs, then the DNS log live until Ctrl-C
  npm start -- --once                             both logs, then the end
  npm start -- --dictionary                       what the figures mean
  npm start -- --speed 20x                        watch the DNS log at twenty times its pace
  npm start -- --file my.ndjson --time ts --key tld
  npm start -- --file orders.csv.gz --time placed_at --key region --every 1h`

/**
 * Reads the command line. Returns undefined when it only asked for help. Throws a UsageError when it asks for what cannot be.
 */
export function parseCommandLine(args: readonly string[]): Request | undefined {
  const command = commandOf()
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    throw new UsageError(`${error.message.replace(/^error: /, '')}\nnpm start -- --help says what there is.`)
  }
  const { once, dictionary, speed, seed, report, data, dns, dnsTsv, registryEvents, registrySizes, ...rest } =
    command.opts<Parsed>()
  return {
    once: once ?? false,
    dictionary: dictionary ?? false,
    speed,
    seed,
    report,
    ...(data !== undefined && { data }),
    ...(dns !== undefined && { dns }),
    ...(dnsTsv !== undefined && { dnsTsv }),
    ...(registryEvents !== undefined && { registryEvents }),
    ...(registrySizes !== undefined && { registrySizes }),
    file: fileOptionsOf(rest),
  }
}

function fileOptionsOf(
  parsed: Pick<Parsed, 'file' | 'time' | 'key' | 'every' | 'bound' | 'lateness' | 'format'>,
): FileOptions | undefined {
  const { file, time, key, every, bound, lateness, format } = parsed
  if (file === undefined) {
    if (time === undefined && key === undefined) return undefined
    throw new UsageError(
      '--time and --key say which fields of a file to use, but no file was named. Add --file <path>.',
    )
  }
  if (time === undefined || key === undefined) {
    throw new UsageError(
      `--file ${file} needs ${time === undefined ? '--time, the field that says when a record happened' : '--key, the field to count by'}. ` +
        'For instance: npm start -- --file my.ndjson --time ts --key tld',
    )
  }
  return { path: file, format, time, key, every, bound, lateness }
}

function commandOf(): Command {
  return new Command()
    .name('npm start --')
    .usage('[options]')
    .description('Runs one pipeline as history and as a live stream, and shows that both settle on the same figures.')
    .option('--once', 'end after the report')
    .option('--dictionary', 'print what the figures mean, in Markdown, and end')
    .option('--speed <factor>', 'pace of the live replay: 1x, 100x, max', speedOf, '100x')
    .option('--report <file>', 'where the report goes (default: out/report.json)', userPath)
    .optionsGroup('Input (default: ../shared/data where it is, or else a small sample made from the seed):')
    .option('--data <folder>', 'folder with zeek-dns/ and dotgov/', userPath)
    .option('--dns <file>', 'Zeek DNS log in JSON, with _write_ts', userPath)
    .option('--dns-tsv <file>', 'the same log in TSV', userPath)
    .option('--registry-events <file>', 'CSV: observed_ts, event_type, domain', userPath)
    .option('--registry-sizes <file>', 'CSV: observed_ts, domains', userPath)
    .option('--seed <number>', 'seed of the sample and of the delays', seedOf, 1)
    .optionsGroup('Your own file, in place of the logs:')
    .option('--file <file>', 'NDJSON, CSV or TSV, also with .gz', userPath)
    .option('--time <field>', 'when: ISO 8601, or s, ms or µs since the epoch')
    .option('--key <field>', 'field to count by; dots reach into nested fields')
    .addOption(
      new Option('--every <length>', 'length of a window: 30s, 1m, 1h, 1d').argParser(lengthOf).default(60_000, '1m'),
    )
    .addOption(
      new Option('--bound <length>', 'how far the watermark stays behind').argParser(lengthOf).default(60_000, '1m'),
    )
    .option('--lateness <length>', 'how long late ones count (default: as the file needs)', lengthOf)
    .addOption(
      new Option('--format <format>', 'what the file is (default: as its name says)').choices(Object.keys(FORMATS)),
    )
    .optionsGroup('Other:')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
}

/** npm runs scripts in the repository's root; a person means the folder in which they typed. */
function userPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path)
}

function speedOf(text: string): ReplaySpeed {
  if (text === 'max') return text
  if (/^\d+(\.\d+)?x$/.test(text) && Number.parseFloat(text) > 0) return text as ReplaySpeed
  throw new InvalidArgumentError('It is a factor above zero with an x, such as 1x or 100x, or max.')
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw new InvalidArgumentError('It is a whole number, not negative.')
}

const LENGTHS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function lengthOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const length = Number(count) * (LENGTHS[unit] ?? NaN)
  if (Number.isSafeInteger(length)) return length
  throw new InvalidArgumentError('It is a number and a unit: ms, s, m, h or d. For instance 90s, 5m or 1d.')
}
