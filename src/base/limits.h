#pragma once
// Every named maximum of the program in one place, units last. Over a limit the caller is told to slow down
// or to send less; nothing grows without one.

#include <cstddef>
#include <cstdint>

namespace yizhan::limits {

// HTTP
inline constexpr size_t kHttpHeaderBytes = 16 * 1024;
inline constexpr size_t kHttpBodyBytes = 1024 * 1024;
inline constexpr size_t kUploadBytes = size_t{2} * 1024 * 1024 * 1024;
inline constexpr size_t kHttpConnections = 4096;
inline constexpr int64_t kHttpIdleTimeoutMs = 75'000;
inline constexpr int64_t kHttpRequestTimeoutMs = 60'000;
inline constexpr size_t kPageRows = 500;
inline constexpr size_t kPageDefaultRows = 50;
inline constexpr size_t kEventStreams = 256;
inline constexpr size_t kJsonDepth = 32;

inline constexpr size_t kExportRows = 1'000'000;
inline constexpr size_t kExportsAtOnce = 4;

// Blocking work
inline constexpr size_t kWorkQueueJobs = 1024;
inline constexpr size_t kWriterQueueJobs = 4096;
inline constexpr size_t kWriterGroupJobs = 256;

// The file by which a restored backup is known
inline constexpr int64_t kInstanceMarkSeconds = 10;  // it is behind the database by so much at most
inline constexpr size_t kInstanceFileBytes = 4096;

// Rows and files
inline constexpr size_t kCsvFieldBytes = 64 * 1024;
inline constexpr size_t kCsvRowBytes = 1024 * 1024;
inline constexpr size_t kCsvColumns = 256;
inline constexpr size_t kImportBatchRows = 4'000;
// Rows of a customer file that are sorted together before they are written; two such windows are held at a
// time, each row with about a kilobyte.
inline constexpr size_t kImportWindowRows = 64'000;
inline constexpr size_t kRefusedRowsKept = 1'000'000;
inline constexpr size_t kXlsxUncompressedBytes = size_t{1} * 1024 * 1024 * 1024;
inline constexpr size_t kXlsxSharedStrings = 4'000'000;

// Messages
inline constexpr size_t kTimeZones = 1024;        // more names than the zone database has
inline constexpr size_t kPlaceholderBytes = 256;  // of a variable in a template
inline constexpr size_t kContentBodyCharacters = 2'000;
inline constexpr size_t kContentVariables = 32;
inline constexpr size_t kSegmentsPerMessage = 10;
inline constexpr size_t kVariableBytes = 512;
inline constexpr size_t kTestHandsets = 20;
inline constexpr int64_t kTestsPerHandsetDay = 20;  // pre-send tests in any 24 hours

// Carrier links
inline constexpr size_t kPduBytes = 64 * 1024;
inline constexpr uint32_t kLinkWindow = 1024;
inline constexpr size_t kLinkQueueSegments = 8'192;
inline constexpr size_t kClaimBatchMessages = 1'000;
inline constexpr size_t kChannelDeliveries = 32'768;  // of a channel, taken and not yet on disk
inline constexpr size_t kCarrierIdCharacters = 256;   // as stored, escapes included
inline constexpr size_t kLedgerEntries = 1'000;       // responses, and receipts, of one write
inline constexpr size_t kLedgerEntriesBesideCodes =
    500;  // the same while something runs that people wait for
// Of a channel: receipts that are awaited without a row of their own, and after which time they get one.
inline constexpr size_t kOutstandingReceipts = 100'000;
inline constexpr int64_t kOutstandingSeconds = 10;
inline constexpr size_t kDoubtfulClaims = 64;  // whose commit may or may not have happened
inline constexpr size_t kAttemptsPerMessage = 4;
inline constexpr int64_t kThrottledAttempts = 200;  // of a message that only comes too fast
inline constexpr int64_t kReceiptOverdueHours = 72;
inline constexpr int64_t kReceiptGraceHours = 72;  // after its deadline a receipt is still taken

// Server for applications
inline constexpr size_t kAccessListeners = 16;
inline constexpr size_t kAccessConnections = 4'096;
inline constexpr uint32_t kAccessWindow = 4'096;         // submits of a session without an answer
inline constexpr uint32_t kAccessDeliverWindow = 1'024;  // segments to an application without an answer
inline constexpr size_t kAccessDeliveries = 1'024;       // given to a session and not yet settled
inline constexpr size_t kAccessReadBytes = 8 * 1024;     // at first; a longer PDU makes room for itself
inline constexpr size_t kAccessUnwrittenBytes = 1024 * 1024;
inline constexpr size_t kAccessTextBytes = kSegmentsPerMessage * 160;  // 160: unpacked GSM 7-bit
inline constexpr size_t kAccessPartBytes = 160;
inline constexpr size_t kAccessAddressRanges = 256;  // of an account

// Applications: their accounts, what they submit, what waits for them
inline constexpr size_t kApplicationSecretCharacters = 64;
inline constexpr int64_t kApplicationSessions = 64;
inline constexpr size_t kApplicationAccessCodeCharacters = 20;
inline constexpr size_t kApplicationAddressCharacters = 64;
inline constexpr size_t kApplicationContents = 1'000;      // of one account
inline constexpr size_t kApplicationTemplates = 10'000;    // compiled, of all accounts
inline constexpr size_t kSubmissionQueue = 16'384;         // submits taken from sessions and not yet answered
inline constexpr size_t kSubmissionBatchMessages = 1'000;  // judged and stored in one transaction
inline constexpr int64_t kSubmissionPartMinutes = 30;      // how long parts wait for each other
inline constexpr int64_t kApplicationDeliveryHours = 72;   // then a receipt or reply is dropped
inline constexpr int64_t kApplicationDeliveries = 100'000;  // waiting for one application; the oldest go
inline constexpr size_t kApplicationDeliveriesGiven = 256;  // to an application's sessions and not settled
inline constexpr int64_t kApplicationDeliveryRefusals = 3;  // by the application, then it is dropped
inline constexpr int64_t kApplicationRetryMaxSeconds = 60;  // between two tries to deliver
inline constexpr int64_t kLoginAuditSeconds = 60;           // like logins of an account are one entry
// Programs that submit over the API
inline constexpr size_t kApplicationKeys = 20;           // of one application, revoked ones not counted
inline constexpr int64_t kApplicationKeyRate = 100'000;  // messages a second
inline constexpr size_t kProgramBatchMessages = 1'000;   // of one call
inline constexpr size_t kProgramBatchBytes = 4 * 1024 * 1024;
inline constexpr size_t kProgramReferenceCharacters = 64;
inline constexpr size_t kProgramNumberCharacters = 32;
inline constexpr int64_t kProgramValidHours = 72;  // from the call to the end of a message's validity
inline constexpr int64_t kProgramKeptHours = 48;   // an Idempotency-Key is known
inline constexpr size_t kIntakeMessages = 16'384;  // taken from callers and not yet answered
inline constexpr int64_t kIntakeGatherUs = 1'000;  // that a transaction is held open for callers to come back
inline constexpr int64_t kIntakeWaitMs = 30'000;   // of a call for its answer
inline constexpr int64_t kVerificationMinDigits = 4;
inline constexpr int64_t kVerificationMaxDigits = 8;
inline constexpr int64_t kVerificationMinSeconds = 30;
inline constexpr int64_t kVerificationMaxSeconds = 3'600;
inline constexpr int64_t kVerificationAttempts = 10;
inline constexpr int64_t kVerificationKeptHours = 72;  // after its end
inline constexpr int64_t kProgramPurgeRows = 5'000;    // of one transaction
// Webhooks
inline constexpr size_t kWebhookUrlCharacters = 500;
inline constexpr size_t kWebhookEvents = 100;   // of one request
inline constexpr int64_t kWebhooksAtOnce = 32;  // requests under way, one an application and kind
inline constexpr int64_t kWebhookConnectTimeoutMs = 5'000;
inline constexpr int64_t kWebhookTimeoutMs = 15'000;
inline constexpr size_t kWebhookAnswerBytes = 16 * 1024;
inline constexpr size_t kWebhookAnswerHeaderBytes = 16 * 1024;
inline constexpr size_t kWebhookErrorCharacters = 200;
inline constexpr int64_t kWebhookPauseMinSeconds = 1;
inline constexpr int64_t kWebhookPauseMaxSeconds = 1'800;
inline constexpr int64_t kWebhookAttempts = 20;          // of one event, then it is a dead letter
inline constexpr int64_t kWebhookAgeHours = 24;          // of an event, then it is a dead letter
inline constexpr int64_t kWebhookDeadLetters = 100'000;  // of one application; the oldest go
inline constexpr int64_t kWebhookDeadDays = 30;          // then a dead letter goes
inline constexpr size_t kDeadLettersAtOnce = 500;        // redelivered or discarded by one call
inline constexpr size_t kTemplateMatchSteps = 50'000;    // characters tried as part of a variable's value

// Carrier simulator
inline constexpr int64_t kSimulatorDelayMaxMs = int64_t{30} * 24 * 3600 * 1000;
inline constexpr size_t kSimulatorListMax = 250;
inline constexpr uint32_t kSimulatorSessionsMax = 4'096;
inline constexpr uint32_t kSimulatorDeliverWindowMax = 65'536;
inline constexpr uint32_t kSimulatorPendingMax = 100'000'000;
inline constexpr size_t kSimulatorRemembered = 4'000'000;
inline constexpr size_t kSimulatorQueried = 1'000'000;  // accepted messages whose state a query still finds
inline constexpr int64_t kSimulatorConnectTimeoutMs = 10'000;  // to connect, to shake hands
inline constexpr int64_t kSimulatorRedialMinMs = 100;
inline constexpr int64_t kSimulatorRedialMaxMs = 10'000;
inline constexpr size_t kSimulatorSources = 60'000;
inline constexpr size_t kSimulatorReadBytes = 256 * 1024;
inline constexpr size_t kSimulatorUnwrittenBytes = 4 * 1024 * 1024;
inline constexpr size_t kSimulatorDeliverBytes = 512 * 1024;
inline constexpr size_t kSimulatorLogBufferBytes = 256 * 1024;
inline constexpr size_t kSimulatorLogLineBytes = 256 * 1024;
// Documents as PDF
inline constexpr size_t kPdfTextBytes = 1024 * 1024;
inline constexpr size_t kPdfPages = 500;
// Texts and workbooks
inline constexpr size_t kVariableNameBytes = 64;
inline constexpr size_t kXlsxEntries = 10'000;
inline constexpr size_t kXlsxSharedStringBytes = size_t{256} * 1024 * 1024;
inline constexpr size_t kXlsxStyles = 65'536;
// Keys, passwords
inline constexpr size_t kKeyringKeys = 256;
inline constexpr size_t kKeyringBytes = 64 * 1024;
inline constexpr size_t kPasswordBytes = 256;
// JSON
inline constexpr size_t kJsonStringCharacters = 65'536;
inline constexpr size_t kJsonItems = 10'000;
inline constexpr size_t kJsonFieldErrors = 64;
inline constexpr size_t kJsonNameShownBytes = 64;
// Identity
inline constexpr size_t kLoginCharacters = 64;
inline constexpr size_t kNameCharacters = 80;
inline constexpr size_t kRolesPerUser = 6;
inline constexpr size_t kSessionsPerUser = 16;
inline constexpr size_t kTokenBytes = 128;
inline constexpr size_t kAuthenticationEntries = 4'096;
inline constexpr size_t kUnknownLogins = 4'096;
inline constexpr size_t kRateKeys = 16'384;
// Repeated requests
inline constexpr size_t kIdempotencyKeyBytes = 128;
inline constexpr size_t kIdempotencyResponseBytes = 64 * 1024;
// Settings
inline constexpr size_t kFrequencyRules = 32;
inline constexpr int64_t kFrequencySpanSeconds = 366 * 86'400;
inline constexpr int64_t kFrequencyMessages = 1'000;
inline constexpr size_t kFrequencyRulesOwn = 8;  // of one campaign, of one customer
inline constexpr size_t kWindowRules = 64;
inline constexpr size_t kHolidays = 512;
inline constexpr int64_t kWindowSearchDays = 60;  // how far ahead an opening is looked for
inline constexpr int64_t kValiditySeconds = 30 * 86'400;
inline constexpr int64_t kNoticeThreshold = 1'000'000'000;
inline constexpr size_t kAnnouncementsInForce = 64;

// Carrier protocols and sessions
inline constexpr size_t kReassemblyMessages = 10'000;
inline constexpr size_t kReassemblyBytes = 16 * 1024 * 1024;
// Database
inline constexpr size_t kBulkRows = 65'536;
inline constexpr size_t kBulkBytes = 64 * 1024 * 1024;
inline constexpr size_t kStatementParameters = 512;
inline constexpr size_t kDynamicStatements = 64;
inline constexpr size_t kNestedAttempts = 8;
inline constexpr int kReaderConnections = 64;
// HTTP parsing and serving
inline constexpr size_t kHttpHeaderFields = 100;
inline constexpr size_t kHttpQueryParameters = 64;
inline constexpr size_t kHttpPathSegments = 16;
inline constexpr size_t kHttpBodiesBytes =
    256 * 1024 * 1024;                                // all JSON bodies being read or handled, together
inline constexpr size_t kHttpDrainBytes = 64 * 1024;  // of an unwanted body, before giving up the connection
inline constexpr size_t kHttpPipelinedBytes =
    256 * 1024;  // answers kept back while more requests are buffered
inline constexpr int64_t kHttpLingerMs = 2'000;
inline constexpr size_t kHttpFileChunkBytes = 256 * 1024;
inline constexpr size_t kMultipartBoundaryBytes = 70;  // RFC 2046 section 5.1.1
inline constexpr size_t kMultipartHeaderBytes = 8 * 1024;
inline constexpr size_t kMultipartFieldBytes = 64 * 1024;  // all parts that are no file, together
inline constexpr size_t kMultipartParts = 32;
inline constexpr size_t kFileNameBytes = 255;
inline constexpr size_t kEventStreamBufferBytes = 256 * 1024;
inline constexpr int64_t kEventHeartbeatMs = 15'000;
inline constexpr size_t kStaticFiles = 4'096;
inline constexpr size_t kStaticBytes = 128 * 1024 * 1024;

// Screening
inline constexpr size_t kRulePackBytes = size_t{64} * 1024 * 1024;
inline constexpr size_t kRulePacks = 64;
inline constexpr size_t kRules = 4'096;
inline constexpr size_t kRuleTerms = 1'000'000;
inline constexpr size_t kRuleTermCharacters = 64;
inline constexpr size_t kRuleGroups = 8;
inline constexpr size_t kScreenTextBytes = 32 * 1024;
inline constexpr size_t kScreenFindings = 200;
inline constexpr size_t kFindingMatchedBytes = 256;
inline constexpr size_t kRuleFiles = 32;  // lists of terms that one rule names
inline constexpr size_t kRuleExpressions = 8'192;
inline constexpr size_t kRuleExpressionBytes = 512;
inline constexpr int64_t kRuleExpressionMemory = 1024 * 1024;  // of one compiled expression
inline constexpr size_t kVariantEntries = 65'536;              // lines of a table of variants
inline constexpr size_t kSplitParts = 4;                       // characters that stand for one
inline constexpr size_t kSectors = 256;
inline constexpr size_t kSectorDemands = 32;         // required texts, forbidden claims, qualifications, each
inline constexpr size_t kQualificationChoices = 12;  // documents of which a sector asks for any one
// What reading the variants of a text may take: steps of the automaton in all, and those for each character.
inline constexpr size_t kScreenVariantSteps = 4'096;
inline constexpr size_t kScreenVariantStepsPerCharacter = 32;
inline constexpr size_t kScreenNestedTerms = 16;      // terms told inside of one finding
inline constexpr size_t kScreenPromotionSpans = 32;   // of each of the three essentials
inline constexpr size_t kScreenExpressionSpans = 64;  // of one expression in one text
inline constexpr int64_t kRescreenedRows = 50;        // live versions that one step screens anew
inline constexpr size_t kAllowPhrases = 10'000;       // in force
inline constexpr size_t kAllowPhraseRules = 64;       // to which one is restricted
inline constexpr int64_t kAllowPhraseDays = 3'660;
inline constexpr size_t kBrands = 20'000;
inline constexpr size_t kBrandAliases = 32;         // other spellings of one
inline constexpr size_t kScreenedTexts = 500'000;   // different ones that a pre-send test remembers
inline constexpr size_t kScreenedOutcomes = 4'096;  // different outcomes of theirs
inline constexpr size_t kScreenedRules = 500;       // that a test tells of
inline constexpr size_t kScreenedSamples = 3;       // messages shown for each
inline constexpr size_t kScoredRules = 64;
inline constexpr size_t kWordClasses = 256;
inline constexpr size_t kScoreWeights = 65'536;   // lines of a file of weights
inline constexpr int32_t kScoreWeight = 100'000;  // thousandths
inline constexpr size_t kScoredOtherKinds = 5;    // beside the likeliest, of rules that hold together
inline constexpr int32_t kScoreKindMargin = 700;  // thousandths that a kind may be less likely than the first
inline constexpr size_t kScorePiecesTold = 5;     // that a finding names
inline constexpr size_t kLinkUnacknowledged = 4'096;
inline constexpr size_t kLinkQueries = 16;         // questions after messages of one link, unanswered
inline constexpr int64_t kLinkQueryPauseMs = 100;  // between two of them
inline constexpr int64_t kReceiptQuerySeconds = 30 * 86'400;
inline constexpr int64_t kQueriesRefusedMinutes = 60;    // a carrier that answers none is asked again after
inline constexpr int64_t kQuerySpacingMaxMinutes = 720;  // between two questions after one message
inline constexpr size_t kLinkReverseSessions = 4;        // that a carrier may open to us (SGIP)
inline constexpr size_t kLinkCaBytes = size_t{64} * 1024;
inline constexpr size_t kSegmentBytes = 4'096;  // more than any PDU carries; a whole text to an HTTP provider
inline constexpr uint32_t kLinkSessions = 16;
inline constexpr size_t kRouteChannels = 32;
inline constexpr int64_t kRouteCost = 1'000'000'000;  // of a segment, in thousandths of a fen
inline constexpr int64_t kRouteWeight = 1'000;
inline constexpr int64_t kRouteTiers = 16;
inline constexpr int64_t kRetryPauseSeconds = 7 * 86'400;
inline constexpr int64_t kVacantMessages = 2;   // different ones, then nothing goes to the number
inline constexpr int64_t kSuspendedDays = 30;   // for which nothing goes to a suspended number
inline constexpr int64_t kFrozenShown = 1'000;  // texts of a list
inline constexpr uint32_t kLinkLaneWeight = 100;
inline constexpr uint32_t kLinkThrottleRetries = 1'000;
inline constexpr uint32_t kLinkSegmentsPerSecond = 1'000'000;
inline constexpr size_t kLinkWriteBytes = 64 * 1024;

// SMS providers by HTTP
inline constexpr size_t kProviderParameters = 64;  // in the query, the headers, the form
inline constexpr size_t kProviderValueCharacters = 4'096;
inline constexpr size_t kProviderBodyCharacters = 16 * 1024;
inline constexpr size_t kProviderNameCharacters = 64;
inline constexpr size_t kProviderPointerCharacters = 256;
inline constexpr size_t kProviderPlaces = 8;
inline constexpr size_t kProviderCodes = 64;
inline constexpr size_t kProviderSources = 64;
inline constexpr uint32_t kProviderConnections = 256;      // of one channel, one request on each
inline constexpr size_t kProviderAnswerBytes = 64 * 1024;  // of an answer's body
inline constexpr size_t kProviderHeaderBytes = 16 * 1024;  // of an answer's header
inline constexpr size_t kCallbackItems = 1'000;            // receipts or replies in one callback
inline constexpr size_t kCallbackBytes = 1024 * 1024;
inline constexpr int kCallbacksAtOnce = 8;              // each holds a worker while it waits for the disk
inline constexpr int64_t kCallbackPatienceMs = 10'000;  // for the disk, before the provider shall come again
inline constexpr int64_t kCallbacksPerMinute = 6'000;   // of one address
inline constexpr int64_t kUnknownCallbacksPerMinute = 30;  // of one address, with a token that is none

// Contents
inline constexpr size_t kContentNameCharacters = 100;
inline constexpr size_t kContentPurposeCharacters = 64;
inline constexpr size_t kContentSignatureCharacters = 40;
inline constexpr size_t kContentOptOutCharacters = 100;
inline constexpr size_t kContentVersions = 200;
inline constexpr size_t kReviewTextCharacters = 2'000;
inline constexpr size_t kReviewProblems = 100;
inline constexpr int64_t kReviewTargetHours = 24 * 365;    // that a company may set itself
inline constexpr int64_t kReviewStatisticsDays = 366 * 3;  // from the first to the last
inline constexpr size_t kReviewStatisticsRounds = 200'000;
inline constexpr size_t kReviewCampaigns = 10;       // of one content, whose audiences its review counts
inline constexpr size_t kReviewedVersions = 1'000;   // the latest ones, among which similar texts are sought
inline constexpr size_t kSampledRecipients = 2'000;  // looked at for the costliest message of an audience
inline constexpr size_t kContentSectors = 16;        // that an author declares
inline constexpr size_t kSectorItems = 256;          // that the sectors of one content add to its checklist
inline constexpr size_t kSectorKeyBytes = 1'024;     // of an item: a rule's id, or a sector's and documents
// Qualification documents
inline constexpr size_t kQualificationBytes = 10 * 1024 * 1024;  // of one document's file
inline constexpr size_t kQualifications = 10'000;                // in the register, revoked ones too
inline constexpr size_t kQualificationCharacters = 100;          // kind, title, number, issuer
inline constexpr int64_t kQualificationWarningDays = 30;         // before its end, a document is a task
// Signatures
inline constexpr size_t kSignatures = 10'000;             // in the register, withdrawn ones too
inline constexpr size_t kSignatureCharacters = 20;        // carriers' common rule; at least two
inline constexpr size_t kSignatureDocuments = 20;         // that prove the right to one
inline constexpr size_t kSignatureContentsShown = 200;    // of those that bear one, the newest
inline constexpr size_t kSignatureEventsShown = 500;      // of its own and of its filings, the newest
inline constexpr size_t kFilingReferenceCharacters = 64;  // the carrier's number
inline constexpr int64_t kFilingWarningDays = 365;        // the most that a setting may ask for
// Channels
inline constexpr size_t kChannelProviderCharacters = 64;
inline constexpr size_t kChannelAccountCharacters = 64;
inline constexpr size_t kChannelSecretCharacters = 256;
inline constexpr size_t kChannelHostCharacters = 253;  // RFC 1035 section 2.3.4
inline constexpr size_t kCarrierCodeCharacters = 64;
inline constexpr int64_t kChannelEvents = 10'000;  // of one channel's history; the oldest go
inline constexpr size_t kChannelEventsWaiting = 256;
inline constexpr size_t kChannelEventDetailBytes = 500;
inline constexpr int64_t kTestBindTimeoutMs = 10'000;
inline constexpr int kTestBinds = 2;  // at once
// Monitor and effect
inline constexpr size_t kMonitoredCampaigns = 256;
// Rows that one page of messages or of the ledger may look at, however rare what it looks for.
inline constexpr int64_t kMessageRowsLookedAt = 50'000;
inline constexpr int64_t kLedgerRowsLookedAt = 50'000;
inline constexpr int64_t kCustomerBatchesLookedAt = 10'000;
inline constexpr size_t kTasksShown = 200;
inline constexpr size_t kEffectPoints = 96;
inline constexpr size_t kEffectCities = 20;
inline constexpr size_t kEffectCitiesCounted = 4'096;  // what comes after so many names is "the rest"
// Policy map
inline constexpr size_t kPolicyFileBytes = 1024 * 1024;
inline constexpr size_t kPolicyClauses = 256;
inline constexpr size_t kPolicyItems = 32;  // tests or figures of one clause
// Rehearsals
inline constexpr size_t kRehearsalRows = 1'000;       // of one snapshot
inline constexpr size_t kRehearsalKinds = 4'096;      // of recipients: by channel, jurisdiction and zone
inline constexpr size_t kRehearsalHeldShown = 64;     // reasons and hours
inline constexpr size_t kRehearsalExamples = 5;       // messages named for each reason
inline constexpr int64_t kRehearsalStallMs = 30'000;  // without an answer of the simulated carrier
inline constexpr int64_t kRehearsalsKept = 20;        // of one campaign
inline constexpr int kForecastSteps = 200'000;
// The clerk
inline constexpr size_t kClerkFaults = 256;
// Customers and consent
inline constexpr size_t kImportQueueJobs = 16;
inline constexpr size_t kImportBatchesUnderWay = 2;
inline constexpr size_t kImportTextsCached = 4'096;
inline constexpr int64_t kImportPreviewRows = 20;
inline constexpr size_t kImportPreviewSamples = 5;
inline constexpr size_t kImportPreviewCellCharacters = 24;
inline constexpr size_t kCustomerNameCharacters = 64;
inline constexpr size_t kCustomerFieldCharacters = 64;  // city, member level, consent method
inline constexpr size_t kCustomerRemarkCharacters = 500;
inline constexpr size_t kCustomerAttributes = 64;
inline constexpr size_t kCustomerAttributeCharacters = 200;
inline constexpr size_t kConsentTextCharacters = 2'000;
inline constexpr size_t kReasonCharacters = 500;
inline constexpr size_t kPurposeCharacters = 64;
inline constexpr size_t kConsentQuestionCharacters = 500;
inline constexpr int64_t kConsentTaskDays = 366;  // from the request to its deadline
inline constexpr size_t kSegmentAttributes = 8;
inline constexpr size_t kSegmentAttributeValues = 20;
inline constexpr size_t kSegmentCarriers = 5;
inline constexpr int64_t kSegmentDays = 3'650;
inline constexpr size_t kEvidenceChunkBytes = 1024 * 1024;

}  // namespace yizhan::limits
