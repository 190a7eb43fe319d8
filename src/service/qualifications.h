#pragma once
// The company's qualification documents (policy 3.3.1): licences and permits that a regulated sector
// requires, and proofs of the right to a signature, for as long as each is valid. Blocks; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "service/content_sectors.h"
#include "service/evidence_files.h"
#include "service/principal.h"
#include "service/stated_reason.h"

namespace yizhan::service {

#define YIZHAN_QUALIFICATION_STANDINGS(X)                   \
  X(kValid, 1, "valid")                                     \
  X(kExpiring, 2, "expiring") /* valid, but not for long */ \
  X(kNotYetValid, 3, "not_yet_valid")                       \
  X(kExpired, 4, "expired")                                 \
  X(kRevoked, 5, "revoked")
YIZHAN_ENUM(QualificationStanding, YIZHAN_QUALIFICATION_STANDINGS)

struct QualificationView {
  QualificationId id;
  std::string kind;  // as the sectors of the rule packs name what they require
  std::string title;
  std::string number;
  std::string issuer;
  Time valid_from;
  std::optional<Time> valid_until;  // from then on it is not valid; absent: without end
  QualificationStanding standing = QualificationStanding::kValid;  // now
  std::string file_name;
  std::string media_type;
  int64_t bytes = 0;
  Bytes sha256;
  int64_t live_contents = 0;  // approved contents whose approval relied on it
  UserId created_by;
  Time created_at;
  std::optional<UserId> revoked_by;
  std::optional<Time> revoked_at;
  std::optional<std::string> revoke_reason;
};
BOOST_DESCRIBE_STRUCT(QualificationView, (),
                      (id, kind, title, number, issuer, valid_from, valid_until, standing, file_name,
                       media_type, bytes, sha256, live_contents, created_by, created_at, revoked_by,
                       revoked_at, revoke_reason))

struct NewQualification {
  std::string kind;
  std::string title;
  std::string number;
  std::string issuer;
  Time valid_from;
  std::optional<Time> valid_until;
  static constexpr json::Rule kRules[] = {
      {.member = "kind", .min_length = 1, .max_length = limits::kQualificationCharacters},
      {.member = "title", .min_length = 1, .max_length = limits::kQualificationCharacters},
      {.member = "number", .min_length = 1, .max_length = limits::kQualificationCharacters},
      {.member = "issuer", .min_length = 1, .max_length = limits::kQualificationCharacters}};
};
BOOST_DESCRIBE_STRUCT(NewQualification, (), (kind, title, number, issuer, valid_from, valid_until))

struct ListQualifications {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<QualificationId> after;
  std::optional<std::string> kind;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "kind", .max_length = limits::kQualificationCharacters}};
};
BOOST_DESCRIBE_STRUCT(ListQualifications, (), (limit, after, kind))

struct QualificationKinds {
  std::vector<std::string> items;
};
BOOST_DESCRIBE_STRUCT(QualificationKinds, (), (items))

struct QualificationPage {
  std::vector<QualificationView> items;  // newest first
  std::optional<QualificationId> next_after;
};
BOOST_DESCRIBE_STRUCT(QualificationPage, (), (items, next_after))

constexpr bool is_valid(QualificationStanding standing) {
  return standing == QualificationStanding::kValid || standing == QualificationStanding::kExpiring;
}
Result<std::optional<QualificationView>> find_qualification(db::Tx& tx, QualificationId id, Time now);

// How what a content needs stands, and what would be relied on.
struct QualificationNeed {
  std::vector<std::string> kinds;                 // a document of any one will do
  std::vector<std::string> sectors;               // that require it
  std::optional<QualificationStanding> standing;  // absent: the register has none of the kinds
  std::optional<QualificationView> document;      // the valid one, else the one that was valid last
};
BOOST_DESCRIBE_STRUCT(QualificationNeed, (), (kinds, sectors, standing, document))

// What the sectors require, each once.
Result<std::vector<QualificationNeed>> qualification_needs(db::Tx& tx, std::span<const BindingSector> sectors,
                                                           Time now);
// The documents that an approval relies on, each once. kQualificationMissing, else kQualificationExpired
// ("qualifications") naming the kinds without a valid one.
Result<std::vector<QualificationId>> check_qualifications(std::span<const QualificationNeed> needs);

// Kinds that the approval of a version relied on and of which no document is valid any more.
Result<std::vector<std::string>> lapsed_qualifications(db::Tx& tx, ContentVersionId approved, Time now);

class Qualifications {
 public:
  // The kinds that the rule packs know, beside which proofs of signatures are taken; none given: any kind.
  using Kinds = std::function<Result<std::vector<std::string>>()>;

  Qualifications(const store::Store& store, const EvidenceFiles& evidence, Kinds kinds = {})
      : store_(store), evidence_(evidence), kinds_(std::move(kinds)) {}

  // Keeps a sealed copy of the file, which is a PDF, PNG or JPEG by its content: kUnsupportedMedia ("file")
  // otherwise, kTooLarge over limits::kQualificationBytes.
  Result<QualificationView> add(const Principal& who, const NewQualification& request,
                                const std::string& path, const std::string& file_name) const;
  // It is relied on no more. kWrongState when it was revoked before.
  Result<QualificationView> revoke(const Principal& who, QualificationId id,
                                   const StatedReason& request) const;
  Result<QualificationPage> list(const ListQualifications& request) const;
  Result<QualificationView> get(QualificationId id) const;
  // That a document may be of; kUnavailable without rule packs.
  Result<QualificationKinds> kinds() const;
  // The file as it was, into `to_path`.
  Result<QualificationView> restore_file(QualificationId id, const std::string& to_path) const;

 private:
  Result<> check(const NewQualification& request) const;

  const store::Store& store_;
  const EvidenceFiles& evidence_;
  Kinds kinds_;
};

}  // namespace yizhan::service
