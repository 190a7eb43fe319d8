#pragma once
// Lists as files: the sibling "<path>.csv" that an entry with `exported` gets. The list's handler is run page
// by page into a file on disk, which is audited and then sent; format in docs/formats/export_csv.md. A file
// is made by one thread; at most limits::kExportsAtOnce are under way.
//
// A column is a member of the list's item as JSON names it, a nested struct's is "a.b"; lists are joined by
// ";", maps are "key=value" joined by ";", structs inside a list are JSON. What is absent is an empty cell.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/query.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "http/upload.h"
#include "text/csv.h"

namespace yizhan::service {
struct ExportedFile;
}

namespace yizhan::api {

// What exports need; the composition root fills it in. Without `record` nothing is exported.
struct Exporting {
  std::filesystem::path spool_folder;
  // Audits the whole file before it is sent; gives the time of the entry.
  std::function<Result<Time>(const service::Principal&, const service::ExportedFile&)> record;
  std::shared_ptr<std::atomic<size_t>> under_way = std::make_shared<std::atomic<size_t>>(0);
};

namespace detail {

template <class T>
concept Page = requires(const T& page) {
  page.items.begin();
  page.next_after.has_value();
};
template <class T>
concept PageQuery = requires(T& query) {
  query.limit = 1;
  query.after.reset();
};

template <class T>
std::string cell_text(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (json::detail::IsVector<T>::value) {
    std::string out;
    for (const auto& element : value) (out += out.empty() ? "" : ";") += cell_text(element);
    return out;
  } else if constexpr (json::detail::IsMap<T>::value) {
    std::string out;
    for (const auto& [key, element] : value)
      ((out += out.empty() ? "" : ";") += key + '=') += cell_text(element);
    return out;
  } else if constexpr (json::detail::TextLike<T>) {
    return json::Text<T>::format(value);
  } else {
    std::string out = json::encode(value);
    // An enumerator, or JSON that is a string: as it reads, without quotes.
    if (out.starts_with('"')) out = json::parse(out).value_or(nullptr).as_string();
    return out;
  }
}

// The columns of a T that is called `name`, in the order of its description.
template <class T>
void append_columns(std::vector<std::string>& columns, const std::string& name) {
  if constexpr (json::detail::IsOptional<T>::value) {
    append_columns<typename T::value_type>(columns, name);
  } else if constexpr (json::detail::DescribedStruct<T>) {
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto d) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
      append_columns<Member>(columns, name.empty() ? d.name : name + '.' + d.name);
    });
  } else {
    columns.push_back(name);
  }
}

// Its cells, as many as it has columns; nullptr: all empty.
template <class T>
void append_cells(text::CsvWriter& csv, const T* value) {
  if constexpr (json::detail::IsOptional<T>::value) {
    append_cells(csv, value != nullptr && value->has_value() ? &**value : nullptr);
  } else if constexpr (json::detail::DescribedStruct<T>) {
    boost::mp11::mp_for_each<json::detail::Members<T>>(
        [&](auto d) { append_cells(csv, value == nullptr ? nullptr : &(value->*d.pointer)); });
  } else if (value == nullptr) {
    csv.cell(std::string_view());
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    csv.cell(static_cast<int64_t>(*value));
  } else {
    csv.cell(std::string_view(cell_text(*value)));
  }
}

// A file of rows on its way to disk.
class ExportFile {
 public:
  // kTooMany when enough are under way, kUnavailable without somebody to audit it, kDiskFull, kStoreFailed.
  static Result<std::unique_ptr<ExportFile>> create(const Call& call,
                                                    const std::vector<std::string>& columns);
  ~ExportFile();
  ExportFile(const ExportFile&) = delete;
  ExportFile& operator=(const ExportFile&) = delete;

  text::CsvWriter& csv() { return csv_; }
  // kTooLarge above limits::kExportRows.
  Result<> end_row();
  // Audits it; the response deletes the file when it is sent.
  Result<http::Response> send(const Call& call);

 private:
  explicit ExportFile(std::shared_ptr<std::atomic<size_t>> under_way) : under_way_(std::move(under_way)) {}

  std::shared_ptr<std::atomic<size_t>> under_way_;
  std::unique_ptr<http::SpoolWriter> spool_;
  std::string buffer_;
  text::CsvWriter csv_{buffer_};
  int64_t rows_ = 0;
};

// A file holds every page, so nobody chooses one. Empty: nothing of the kind was asked for.
json::FieldErrors paging_faults(const http::Parameters& query);

// What the next page is asked with: `next_after` of a page is of the type of `after` or the same as text.
template <class After, class Next>
Result<After> after_of(const Next& next) {
  if constexpr (std::is_convertible_v<const Next&, After>) {
    return After(next);
  } else {
    return json::decode<typename After::value_type>(json::encode(next));
  }
}

template <class Query, class List, class Handler>
Result<http::Response> run_export(Call& call, Query query, const Handler& handler) {
  using Item = typename decltype(List::items)::value_type;
  std::vector<std::string> columns;
  append_columns<Item>(columns, {});
  const auto file = YZ_TRY(ExportFile::create(call, columns));
  query.limit = limits::kPageRows;
  for (;;) {
    Result<List> page = handler(call, query);
    if (!page) return std::unexpected(std::move(page).error());
    for (const Item& item : page->items) {
      append_cells(file->csv(), &item);
      YZ_CHECK(file->end_row());
    }
    if (!page->next_after || page->items.empty()) break;
    query.after = YZ_TRY(after_of<decltype(query.after)>(*page->next_after));
  }
  return file->send(call);
}

}  // namespace detail

// A document that leaves, of the object that the path names first: audited as export.<operation> with the
// query, to which `about` adds what else tells which document it was, then sent as `name`. kUnavailable,
// kDiskFull, kStoreFailed as with lists.
Result<http::Response> send_document(const Call& call, std::string_view bytes,
                                     const std::string& content_type, const std::string& name,
                                     const json::Object& about);
// The same of one that is a file already.
Result<http::Response> send_document(const Call& call, http::SpooledFile file,
                                     const std::string& content_type, const std::string& name,
                                     const json::Object& about);

}  // namespace yizhan::api
