/** Example operations for the synthetic charts: explorers open with them, and docs/schema.md shows them. */

export interface ExampleOperation {
  /** The operation name. */
  readonly name: string;
  readonly about: string;
  /** How many Media Queries it costs with the synthetic charts. */
  readonly calls: number;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const FIRST_PATIENT = { identifiers: [{ value: 'SYN-000417', idType: 'MR' }] };

export const EXAMPLE_OPERATIONS: readonly [ExampleOperation, ...ExampleOperation[]] = [
  {
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
    name: 'Destinations',
    about: 'The health systems that can be asked.',
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
];
