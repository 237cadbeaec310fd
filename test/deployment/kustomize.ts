/**
 * Renders a folder of deploy/ as `kubectl kustomize` does, as far as these folders need it: resources, strategic merge patches
 * and tags of images. Whatever else a kustomization says is an error here.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

type Yaml = string | number | boolean | null | readonly Yaml[] | YamlMap;

interface YamlMap {
  readonly [key: string]: Yaml;
}

export interface Manifest extends YamlMap {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly patches: readonly { readonly path: string }[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
}

/** How Kubernetes tells the entries of a list apart, by the field that holds it; other lists are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
};

export function renderFolder(folder: string): readonly Manifest[] {
  const { resources, patches, images } = readKustomization(folder);
  let manifests = resources.flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? renderFolder(path) : readManifests(path);
  });
  for (const patch of patches.map(({ path }) => readPatch(join(folder, path)))) {
    if (!manifests.some((one) => isSame(one, patch)))
      throw new Error(`${nameOf(patch)} is patched, and is not there`);
    manifests = manifests.flatMap((one) => (isSame(one, patch) ? patched(one, patch) : [one]));
  }
  const names = manifests.map(nameOf);
  if (new Set(names).size < names.length) throw new Error(`${folder} has a resource twice`);
  return images.reduce(tagImage, manifests);
}

function readKustomization(folder: string): Kustomization {
  const [found] = readYaml(join(folder, 'kustomization.yaml'));
  const { apiVersion, kind, resources = [], patches = [], images = [], ...others } = found as YamlMap;
  if (
    apiVersion !== 'kustomize.config.k8s.io/v1beta1' ||
    kind !== 'Kustomization' ||
    Object.keys(others).length > 0
  ) {
    throw new Error(`the kustomization of ${folder} says what is not read here: ${Object.keys(others)}`);
  }
  return { resources, patches, images } as Kustomization;
}

/** A key that stands twice, a reference to nothing and other faults of YAML are errors. */
function readYaml(path: string): readonly Yaml[] {
  return parseAllDocuments(readFileSync(path, 'utf8'), { strict: true, uniqueKeys: true }).map((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error) throw error;
    return document.toJS() as Yaml;
  });
}

/** kubectl ends with a panic when a file of patches deletes several resources. */
function readPatch(path: string): Manifest {
  const [patch, ...more] = readManifests(path);
  if (patch === undefined || more.length > 0) throw new Error(`${path} does not hold one patch`);
  return patch;
}

function readManifests(path: string): readonly Manifest[] {
  return readYaml(path).map((one) => {
    if (isMap(one) && one['apiVersion'] && one['kind'] && isMap(one['metadata'])) return one as Manifest;
    throw new Error(`${path} holds what is no resource`);
  });
}

function nameOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion} ${kind} ${metadata.name}`;
}

function isSame(one: Manifest, other: Manifest): boolean {
  return nameOf(one) === nameOf(other);
}

function patched(manifest: Manifest, patch: Manifest): readonly Manifest[] {
  return patch['$patch'] === 'delete' ? [] : [merge(manifest, patch, '') as Manifest];
}

function merge(base: Yaml, patch: Yaml, field: string): Yaml {
  if (isMap(base) && isMap(patch)) {
    const merged = Object.entries(patch).map(
      ([key, value]) => [key, merge(base[key] ?? null, value, key)] as const,
    );
    return { ...base, ...Object.fromEntries(merged) };
  }
  const key = MERGE_KEYS[field];
  return key !== undefined && Array.isArray(base) && Array.isArray(patch)
    ? mergeLists(base, patch, key)
    : patch;
}

function mergeLists(base: readonly Yaml[], patch: readonly Yaml[], key: string): Yaml {
  const added: Yaml[] = [];
  let kept = [...base];
  for (const entry of patch) {
    if (!isMap(entry)) throw new Error(`an entry without ${key} is patched`);
    const found = kept.find((one) => isMap(one) && one[key] === entry[key]);
    if (entry['$patch'] === 'delete') {
      if (found === undefined) throw new Error(`${entry[key]} is deleted, and is not there`);
      kept = kept.filter((one) => one !== found);
    } else if (found === undefined) added.push(entry);
    else kept = kept.map((one) => (one === found ? merge(one, entry, '') : one));
  }
  return [...added, ...kept];
}

/** Every image of that name, with the tag in place of its own. */
function tagImage(
  manifests: readonly Manifest[],
  { name, newTag }: Kustomization['images'][number],
): readonly Manifest[] {
  const tag = (value: Yaml): Yaml => {
    if (Array.isArray(value)) return value.map(tag);
    if (!isMap(value)) return value;
    const entries = Object.entries(value).map(([key, member]) => [
      key,
      key === 'image' && member === name ? `${name}:${newTag}` : tag(member),
    ]);
    return Object.fromEntries(entries) as Yaml;
  };
  return manifests.map((one) => tag(one) as Manifest);
}

function isMap(value: Yaml | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
