import * as z from 'zod/mini';

/** What the config of an image says, as far as it is inspected. */
export interface ImageConfig {
  /** `<os>/<architecture>` */
  readonly platform: string;
  /** As USER in the Dockerfile has it: a name or a number, perhaps with a group. Empty: none was set, which is root. */
  readonly user: string;
  /** True when it has a HEALTHCHECK other than NONE. */
  readonly hasHealthCheck: boolean;
  /** The label `version`; undefined when it has none. */
  readonly version: string | undefined;
  /** `NAME=value`, as the image's containers get it. */
  readonly environment: readonly string[];
  /** What each step of the build did, in the builder's own words; empty for a step that does not say. */
  readonly history: readonly string[];
}

const Texts = z.nullish(z.array(z.string()));

/** Keys are capitalised as Docker has them; builders write null, an empty value or nothing for the same thing. */
const ConfigText = z.object({
  os: z.string(),
  architecture: z.string(),
  config: z.nullish(
    z.object({
      User: z.nullish(z.string()),
      Env: Texts,
      Labels: z.nullish(z.record(z.string(), z.string())),
      Healthcheck: z.nullish(z.object({ Test: Texts })),
    }),
  ),
  history: z.nullish(z.array(z.object({ created_by: z.nullish(z.string()) }))),
});

/**
 * Reads the config of an image; undefined when the text is none.
 *
 * `Healthcheck` is Docker's addition to the format, which builders keep in images of the OCI form too.
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 * @see https://github.com/moby/docker-image-spec/blob/main/spec.md
 */
export function parseImageConfig(text: string): ImageConfig | undefined {
  const read = z.safeParse(ConfigText, parseJson(text));
  if (!read.success) return undefined;
  const { os, architecture, config, history } = read.data;
  const [test = 'NONE'] = config?.Healthcheck?.Test ?? [];
  return {
    platform: `${os}/${architecture}`,
    user: config?.User ?? '',
    hasHealthCheck: test !== 'NONE' && test !== '',
    version: config?.Labels?.version || undefined,
    environment: config?.Env ?? [],
    history: (history ?? []).map((step) => step.created_by ?? ''),
  };
}

/** Undefined for a text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
