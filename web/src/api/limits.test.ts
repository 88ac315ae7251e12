import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { limits } from './limits';

interface Body {
  properties: Record<string, { maxLength?: number }>;
}

test('what can be typed is what the server takes', () => {
  const { schemas } = JSON.parse(readFileSync('openapi.json', 'utf8')).components as {
    schemas: Record<string, Body>;
  };
  const most = (body: string, name: string) => schemas[body]?.properties[name]?.maxLength;
  for (const body of ['AddUserInputBody', 'ChangeUserInputBody']) {
    expect(most(body, 'name')).toBe(limits.userName);
    expect(most(body, 'full_name')).toBe(limits.title);
    expect(most(body, 'email')).toBe(limits.title);
  }
  expect(most('SetupText', 'name')).toBe(limits.userName);
  expect(most('AddTeamInputBody', 'code')).toBe(limits.teamCode);
  expect(most('AddTeamInputBody', 'name')).toBe(limits.title);
  expect(most('ChangeTeamInputBody', 'name')).toBe(limits.title);
  expect(most('TokenText', 'name')).toBe(limits.title);
});
