import { type Document, isScalar, type Scalar, visit } from 'yaml';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A reference that could not be resolved, at an offset in the text. */
export interface EnvironmentProblem {
  readonly offset: number;
  readonly message: string;
}

// `$${` is a literal `${`; anything else that starts with `${` must be a complete reference.
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

/**
 * Replaces `${NAME}` in the scalar values of a parsed document by the environment's values. It comes after the
 * YAML parse, so a value can never add a key, a list item or a line; the result is always a string.
 */
export function substituteEnvironment(document: Document, env: Environment): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key') {
        if (holdsReference(node)) {
          problems.push({ offset: offsetOf(node), message: 'a key cannot be taken from the environment' });
        }
        return;
      }
      if (typeof node.value === 'string' && node.value.includes('${')) {
        node.value = replace(node.value, env, (message) =>
          problems.push({ offset: offsetOf(node), message }),
        );
      }
    },
  });
  return problems;
}

function replace(value: string, env: Environment, report: (message: string) => void): string {
  return value.replace(REFERENCE, (match, name: string | undefined) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      report(`not a complete \${NAME}; a literal \${ is written $\${`);
      return '';
    }
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found === undefined) report(`the environment variable ${name} is not set`);
    return found ?? '';
  });
}

function holdsReference(node: unknown): boolean {
  return isScalar(node) && typeof node.value === 'string' && node.value.includes('${');
}

function offsetOf(node: Scalar): number {
  return node.range?.[0] ?? 0;
}
