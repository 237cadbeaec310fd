/** Example operations for the synthetic charts: the explorers open with them, and docs/schema.md shows them. */

export interface ExampleOperation {
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The operation name. */
  readonly name: string;
  readonly about: string;
  /** How many calls to Redox it costs with the synthetic charts, writes included. */
  readonly calls: number;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const FIRST_PATIENT = { identifiers: [{ value: 'SYN-000417', idType: 'MR' }] };

/** The values that a save and its deletion have in common for the same document. */
const CONSENT = {
  patient: FIRST_PATIENT,
  visit: { visitNumber: 'V-3003' },
  provider: { id: '4356789876', idType: 'NPI' },
  documentId: 'doc-9001',
  documentType: 'Consent Form',
  fileName: 'consent',
  fileType: 'TXT',
};

export const EXAMPLE_OPERATIONS: readonly [ExampleOperation, ...ExampleOperation[]] = [
  {
    type: 'query',
    name: 'PatientChart',
    about: 'A patient, the visits, and the documents of each.',
    calls: 1,
    document: `query PatientChart($identifiers: [IdentifierInput!]!) {
  patient(identifiers: $identifiers) {
    visits {
      visitNumber
      media {
        totalCount
        nodes {
          documentId
          documentType
          fileName
          serviceDateTime
        }
      }
    }
  }
}
`,
    variables: FIRST_PATIENT,
  },
  {
    type: 'query',
    name: 'PhotosAndConsents',
    about: 'Many patients, two kinds of documents of each.',
    calls: 1,
    document: `query PhotosAndConsents($patients: [PatientInput!]!) {
  patients(patients: $patients) {
    identifier {
      value
      idType
    }
    photos: media(filter: { documentTypes: ["Photo", "Wound Photo"] }, first: 10) {
      totalCount
      nodes {
        documentId
        documentType
      }
    }
    consents: media(filter: { documentTypes: ["Consent Form"] }) {
      totalCount
    }
  }
}
`,
    variables: { patients: [FIRST_PATIENT, { identifiers: [{ value: 'SYN-001002', idType: 'MR' }] }] },
  },
  {
    type: 'query',
    name: 'DocumentWithFile',
    about: 'One document with its file, its patient and its visit.',
    calls: 1,
    document: `query DocumentWithFile($documentId: ID!) {
  media(documentId: $documentId) {
    documentType
    documentDescription
    content {
      mediaType
      byteLength
      sha256
      base64(maxBytes: 100000)
    }
    patient {
      identifier {
        value
        idType
      }
    }
    visit {
      visitNumber
    }
  }
}
`,
    variables: { documentId: 'doc-8842' },
  },
  {
    type: 'query',
    name: 'FileLink',
    about: 'A document and a link to its file, which a browser opens without a token until the link expires.',
    calls: 1,
    document: `query FileLink($documentId: ID!) {
  media(documentId: $documentId) {
    fileName
    content {
      mediaType
      byteLength
      url(expiresIn: 600)
    }
  }
}
`,
    variables: { documentId: 'doc-8842' },
  },
  {
    type: 'query',
    name: 'VisitDocuments',
    about: 'A visit by its number, its patient, and its documents in order of type.',
    calls: 1,
    document: `query VisitDocuments($visitNumber: ID!) {
  visit(visitNumber: $visitNumber) {
    patient {
      identifier {
        value
        idType
      }
    }
    media(orderBy: { field: DOCUMENT_TYPE, direction: ASC }) {
      nodes {
        documentType
        creationDateTime
      }
    }
  }
}
`,
    variables: { visitNumber: 'V-3001' },
  },
  {
    type: 'query',
    name: 'RecentPages',
    about: 'Documents of several patients in a span of time, two a page.',
    calls: 1,
    document: `query RecentPages($filter: MediaSearchFilter!, $after: String) {
  mediaSearch(filter: $filter, first: 2, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      documentType
      serviceDateTime
    }
  }
}
`,
    variables: {
      filter: { patients: [FIRST_PATIENT], serviced: { from: '2026-02-01', to: '2026-03-01' } },
      after: null,
    },
  },
  {
    type: 'query',
    name: 'Destinations',
    about: 'The health systems that can be queried.',
    calls: 0,
    document: `query Destinations {
  destinations {
    id
    isDefault
  }
}
`,
    variables: {},
  },
  {
    type: 'query',
    name: 'Entities',
    about: 'What a federation router asks: entities by their keys, here a patient and a document.',
    calls: 2,
    document: `query Entities($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Patient {
      media {
        totalCount
      }
    }
    ... on Media {
      documentType
    }
  }
}
`,
    variables: {
      representations: [
        { __typename: 'Patient', destination: 'general', identifier: FIRST_PATIENT.identifiers[0] },
        { __typename: 'Media', destination: 'general', documentId: 'doc-8841' },
      ],
    },
  },
  {
    type: 'subscription',
    name: 'ChartChanges',
    about: 'What happens to a chart from now on. Leave it open, and run the next two in another window.',
    calls: 0,
    document: `subscription ChartChanges($changes: MediaChangeFilter!) {
  mediaChanged(filter: $changes) {
    kind
    receivedAt
    documentId
    documentType
    fileName
    provider {
      providerId
    }
    availability
  }
}
`,
    variables: { changes: { patients: [FIRST_PATIENT] } },
  },
  {
    type: 'mutation',
    name: 'SaveDocument',
    about:
      'A new document in a chart, as its destination has it then. `clientMutationId` makes it safe to repeat.',
    calls: 2,
    document: `mutation SaveDocument($consent: SaveMediaInput!) {
  saveMedia(input: $consent) {
    accepted
    media {
      documentId
      documentType
      content {
        url
      }
    }
  }
}
`,
    variables: {
      consent: { ...CONSENT, content: { base64: 'SSBhZ3JlZS4=' }, clientMutationId: 'consent-1' },
    },
  },
  {
    type: 'mutation',
    name: 'DeleteDocument',
    about: 'The document that `SaveDocument` saved is deleted again.',
    calls: 1,
    document: `mutation DeleteDocument($deletion: DeleteMediaInput!) {
  deleteMedia(input: $deletion) {
    accepted
    redoxLogIds
  }
}
`,
    variables: { deletion: CONSENT },
  },
];
