/** The tabs below the token, in their order. */
export const TOOL_NAMES = [
  'checks',
  'findings',
  'claims',
  'make',
  'encryption',
  'share',
  'code',
  'gateway',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];
