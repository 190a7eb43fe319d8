#include <expat.h>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>

#include "base/limits.h"
#include "text/xlsx.h"
#include "text/xlsx_values.h"

namespace yizhan::text {
namespace {

constexpr size_t kXmlChunkBytes = 64 * 1024;

struct DiscardZip {
  void operator()(zip_t* z) const { zip_discard(z); }
};
struct CloseEntry {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};
struct FreeParser {
  void operator()(XML_ParserStruct* p) const { XML_ParserFree(p); }
};

// ---- The zip file, with one budget of unpacked bytes for all that is read from it.

class Package {
 public:
  explicit Package(zip_t* zip) : zip_(zip) {}

  Result<void> check() const {
    const zip_int64_t entries = zip_get_num_entries(zip_.get(), 0);
    if (entries > static_cast<zip_int64_t>(limits::kXlsxEntries))
      return fail(ErrorCode::kTooLarge, fmt::format("workbook with {} parts", entries));
    if (!has("xl/workbook.xml") && !has("[Content_Types].xml"))
      return fail(ErrorCode::kUnsupportedMedia, "a zip file, but no workbook");
    return {};
  }

  bool has(const std::string& name) const {
    return zip_name_locate(zip_.get(), name.c_str(), ZIP_FL_NOCASE) >= 0;
  }

  zip_t* zip() const { return zip_.get(); }
  // Counts unpacked bytes; false over the limit.
  bool spend(size_t bytes) {
    unpacked_ += bytes;
    return unpacked_ <= limits::kXlsxUncompressedBytes;
  }

 private:
  std::unique_ptr<zip_t, DiscardZip> zip_;
  size_t unpacked_ = 0;
};

class Entry {
 public:
  static Result<Entry> open(Package& package, const std::string& name) {
    const zip_int64_t index = zip_name_locate(package.zip(), name.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return fail(ErrorCode::kMalformed, "workbook without a part that it needs", name);
    zip_stat_t stat;
    zip_stat_init(&stat);
    zip_stat_index(package.zip(), static_cast<zip_uint64_t>(index), 0, &stat);
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
      return fail(ErrorCode::kUnsupportedMedia, "the workbook is encrypted", name);
    Entry e(package);
    e.size_ = (stat.valid & ZIP_STAT_SIZE) != 0 ? stat.size : 0;
    e.file_.reset(zip_fopen_index(package.zip(), static_cast<zip_uint64_t>(index), 0));
    if (!e.file_) return fail(ErrorCode::kMalformed, "a part of the workbook cannot be unpacked", name);
    return e;
  }

  // Bytes read, 0 at the end.
  Result<size_t> read(char* buffer, size_t size) {
    const zip_int64_t n = zip_fread(file_.get(), buffer, size);
    if (n < 0) return fail(ErrorCode::kMalformed, "a part of the workbook cannot be unpacked");
    if (!package_->spend(static_cast<size_t>(n)))
      return fail(ErrorCode::kTooLarge, "the workbook unpacks to too much");
    done_ += static_cast<uint64_t>(n);
    return static_cast<size_t>(n);
  }

  int per_mille() const {
    return size_ == 0 ? 0 : static_cast<int>(std::min<uint64_t>(done_ * 1000 / size_, 1000));
  }

 private:
  explicit Entry(Package& package) : package_(&package) {}
  Package* package_;
  std::unique_ptr<zip_file_t, CloseEntry> file_;
  uint64_t size_ = 0;
  uint64_t done_ = 0;
};

// ---- XML: start, end and text of elements by local name. A DTD ends the parse.

std::string_view local_name(const char* name) {
  const char* colon = std::strrchr(name, ':');
  return colon == nullptr ? name : colon + 1;
}

using Attributes = const char**;

std::string_view attribute(Attributes attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2)
    if (local_name(attributes[0]) == name) return attributes[1];
  return {};
}

std::optional<uint64_t> to_number(std::string_view s) {
  uint64_t v = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  if (r.ec != std::errc{} || r.ptr != s.data() + s.size()) return std::nullopt;
  return v;
}

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view element, Attributes attributes) = 0;
  virtual void end(std::string_view element) = 0;
  virtual void text(std::string_view text) = 0;

  // The handler's own reason to stop.
  std::optional<Error> stopped;
  void stop(ErrorCode code, std::string message) {
    if (!stopped) stopped = Error{code, std::move(message), {}};
  }
};

class Xml {
 public:
  explicit Xml(XmlHandler& handler) : handler_(&handler), parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
          Xml& x = *static_cast<Xml*>(self);
          if (++x.depth_ > kDepth)
            x.handler_->stop(ErrorCode::kMalformed, "a workbook's XML is nested too deeply");
          if (!x.handler_->stopped) x.handler_->start(local_name(name), attributes);
          x.check();
        },
        [](void* self, const char* name) {
          Xml& x = *static_cast<Xml*>(self);
          --x.depth_;
          if (!x.handler_->stopped) x.handler_->end(local_name(name));
          x.check();
        });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* s, int n) {
      Xml& x = *static_cast<Xml*>(self);
      if (!x.handler_->stopped) x.handler_->text(std::string_view(s, static_cast<size_t>(n)));
      x.check();
    });
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const char*, const char*, const char*, int) {
      Xml& x = *static_cast<Xml*>(self);
      x.handler_->stop(ErrorCode::kMalformed, "a document type declaration is not allowed in a workbook");
      x.check();
    });
  }
  Xml(const Xml&) = delete;
  Xml& operator=(const Xml&) = delete;

  // False at the end of the part.
  Result<bool> feed(Entry& entry) {
    void* buffer = XML_GetBuffer(parser_.get(), kXmlChunkBytes);
    if (buffer == nullptr) return fail(ErrorCode::kInternal, "no memory to parse a workbook");
    const size_t n = YZ_TRY(entry.read(static_cast<char*>(buffer), kXmlChunkBytes));
    const XML_Status status = XML_ParseBuffer(parser_.get(), static_cast<int>(n), n == 0 ? 1 : 0);
    if (handler_->stopped) return std::unexpected(*handler_->stopped);
    if (status != XML_STATUS_OK) {
      return fail(ErrorCode::kMalformed, fmt::format("broken XML in a workbook: {}",
                                                     XML_ErrorString(XML_GetErrorCode(parser_.get()))));
    }
    // What the parser keeps of an unfinished tag would grow without bound.
    fed_ += static_cast<int64_t>(n);
    if (n != 0 && fed_ - XML_GetCurrentByteIndex(parser_.get()) > static_cast<int64_t>(limits::kCsvRowBytes))
      return fail(ErrorCode::kTooLarge, "a workbook's XML has too long a tag");
    return n != 0;
  }

 private:
  static constexpr int kDepth = 64;

  void check() {
    if (handler_->stopped) XML_StopParser(parser_.get(), XML_FALSE);
  }
  XmlHandler* handler_;
  int depth_ = 0;
  int64_t fed_ = 0;
  std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
};

Result<void> parse_part(Package& package, const std::string& name, XmlHandler& handler) {
  Entry entry = YZ_TRY(Entry::open(package, name));
  Xml xml(handler);
  while (YZ_TRY(xml.feed(entry))) {
  }
  return {};
}

// ---- The parts of a workbook.

struct Workbook final : XmlHandler {
  struct Sheet {
    std::string name;
    std::string relation;
    bool visible;
  };
  std::vector<Sheet> sheets;
  DateSystem dates = DateSystem::k1900;

  void start(std::string_view element, Attributes attributes) override {
    if (element == "workbookPr") {
      const std::string_view v = attribute(attributes, "date1904");
      if (v == "1" || v == "true" || v == "on") dates = DateSystem::k1904;
    } else if (element == "sheet") {
      if (sheets.size() == limits::kXlsxEntries)
        return stop(ErrorCode::kTooLarge, "workbook with too many sheets");
      const std::string_view state = attribute(attributes, "state");
      sheets.push_back({std::string(attribute(attributes, "name")), std::string(attribute(attributes, "id")),
                        state.empty() || state == "visible"});
    }
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

struct Relations final : XmlHandler {
  struct Target {
    std::string type;  // last part of the type's URI
    std::string path;  // in the zip file
  };
  std::map<std::string, Target, std::less<>> by_id;

  void start(std::string_view element, Attributes attributes) override {
    if (element != "Relationship" || attribute(attributes, "TargetMode") == "External") return;
    if (by_id.size() == limits::kXlsxEntries)
      return stop(ErrorCode::kTooLarge, "workbook with too many relations");
    const std::string_view type = attribute(attributes, "Type");
    const std::string_view target = attribute(attributes, "Target");
    by_id[std::string(attribute(attributes, "Id"))] = {
        std::string(type.substr(type.find_last_of('/') + 1)),
        target.starts_with('/') ? std::string(target.substr(1)) : "xl/" + std::string(target)};
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}

  const std::string* path_of_type(std::string_view type) const {
    for (const auto& [id, target] : by_id)
      if (target.type == type) return &target.path;
    return nullptr;
  }
};

struct Styles final : XmlHandler {
  std::vector<bool> is_date;  // by style index of a cell

  void start(std::string_view element, Attributes attributes) override {
    if (element == "cellXfs") {
      in_cells_ = true;
    } else if (element == "numFmt") {
      if (custom_.size() == limits::kXlsxStyles)
        return stop(ErrorCode::kTooLarge, "workbook with too many styles");
      if (const auto id = to_number(attribute(attributes, "numFmtId")))
        custom_[*id] = is_date_format_code(attribute(attributes, "formatCode"));
    } else if (element == "xf" && in_cells_) {
      if (is_date.size() == limits::kXlsxStyles)
        return stop(ErrorCode::kTooLarge, "workbook with too many styles");
      const uint64_t id = to_number(attribute(attributes, "numFmtId")).value_or(0);
      const auto it = custom_.find(id);
      is_date.push_back(it != custom_.end()
                            ? it->second
                            : id <= UINT32_MAX && is_date_format_id(static_cast<uint32_t>(id)));
    }
  }
  void end(std::string_view element) override {
    if (element == "cellXfs") in_cells_ = false;
  }
  void text(std::string_view) override {}

 private:
  std::map<uint64_t, bool> custom_;
  bool in_cells_ = false;
};

// Elements that hold the text of a string: <t>, also inside runs <r>, but not phonetic hints <rPh>.
class StringCollector {
 public:
  void start(std::string_view element) {
    if (element == "rPh") ++phonetic_;
    if (element == "t" && phonetic_ == 0) in_text_ = true;
  }
  void end(std::string_view element) {
    if (element == "rPh" && phonetic_ > 0) --phonetic_;
    if (element == "t") in_text_ = false;
  }
  bool wants_text() const { return in_text_; }

 private:
  int phonetic_ = 0;
  bool in_text_ = false;
};

struct SharedStrings final : XmlHandler {
  std::string all;
  std::vector<uint64_t> ends;

  uint64_t begin(uint64_t i) const { return i == 0 ? 0 : ends[i - 1]; }
  uint32_t length(uint64_t i) const { return static_cast<uint32_t>(ends[i] - begin(i)); }
  void start(std::string_view element, Attributes) override {
    if (element == "si") raw_.clear();
    collector_.start(element);
  }
  void end(std::string_view element) override {
    collector_.end(element);
    if (element != "si") return;
    append_unescaped(raw_, all);
    ends.push_back(all.size());
    if (ends.size() > limits::kXlsxSharedStrings || all.size() > limits::kXlsxSharedStringBytes)
      stop(ErrorCode::kTooLarge, "workbook with too many texts");
  }
  void text(std::string_view text) override {
    if (!collector_.wants_text()) return;
    raw_.append(text);
    if (raw_.size() > limits::kCsvRowBytes) stop(ErrorCode::kTooLarge, "workbook with too long a text");
  }

 private:
  StringCollector collector_;
  std::string raw_;
};

// ---- The sheet.

// A finished row. Shared strings are not copied into it: a small sheet that repeats a large one stays small.
struct StoredRow {
  struct Cell {
    uint64_t begin = 0;  // in the shared strings, or in `bytes`
    uint32_t length = 0;
    bool shared = false;
  };
  std::string bytes;
  std::vector<Cell> cells;
  size_t size = 0;  // of all its cells
  uint64_t number = 0;
  RowFault fault = RowFault::kNone;
  bool has_content = false;

  void clear() {
    bytes.clear();
    cells.clear();
    size = 0;
    fault = RowFault::kNone;
    has_content = false;
  }
};

class Sheet final : public XmlHandler {
 public:
  Sheet(const SharedStrings& strings, const Styles& styles, DateSystem dates)
      : strings_(strings), styles_(styles), dates_(dates) {}

  // Rows finished by the last piece of XML, oldest first.
  StoredRow* pop() { return given_ < filled_ ? &rows_[given_++] : nullptr; }
  // After all of them: their places are used again, the row that is still being read moves to the first.
  void recycle() {
    if (in_row_) {
      std::swap(rows_[0], rows_[filled_]);
      row_ = rows_.data();
    }
    given_ = filled_ = 0;
  }

  void start(std::string_view element, Attributes attributes) override {
    if (element == "row") {
      start_row(attributes);
    } else if (element == "c" && in_row_) {
      start_cell(attributes);
    } else if (element == "v" || element == "is") {
      in_value_ = element == "v";
      in_inline_ = element == "is";
    } else if (in_inline_) {
      collector_.start(element);
    }
  }
  void end(std::string_view element) override {
    if (element == "row" && in_row_) {
      end_row();
    } else if (element == "c" && in_row_) {
      end_cell();
    } else if (element == "v") {
      in_value_ = false;
    } else if (element == "is") {
      in_inline_ = false;
    } else if (in_inline_) {
      collector_.end(element);
    }
  }
  void text(std::string_view text) override {
    if (!in_value_ && !(in_inline_ && collector_.wants_text())) return;
    if (value_.size() + text.size() > limits::kCsvRowBytes) {
      value_too_large_ = true;
      return;
    }
    value_.append(text);
  }

 private:
  void start_row(Attributes attributes) {
    if (filled_ == rows_.size()) rows_.emplace_back();
    row_ = &rows_[filled_];
    row_->clear();
    number_ = to_number(attribute(attributes, "r")).value_or(number_ + 1);
    row_->number = number_;
    column_ = 0;
    in_row_ = true;
  }

  void start_cell(Attributes attributes) {
    const size_t column = column_of(attribute(attributes, "r"));
    if (column != SIZE_MAX) column_ = column;
    type_ = attribute(attributes, "t");
    style_ = to_number(attribute(attributes, "s")).value_or(0);
    value_.clear();
    value_too_large_ = false;
  }

  void fault(RowFault fault) {
    if (row_->fault == RowFault::kNone) row_->fault = fault;
  }

  void end_cell() {
    const size_t column = column_++;
    if (value_too_large_) fault(RowFault::kFieldTooLarge);
    if (value_.empty() || row_->fault == RowFault::kRowTooLarge) return;
    if (column >= limits::kCsvColumns) return fault(RowFault::kTooManyColumns);
    if (row_->cells.size() <= column) row_->cells.resize(column + 1);
    const StoredRow::Cell cell = store_value();
    if (cell.length > limits::kCsvFieldBytes) {
      row_->bytes.resize(cell.shared ? row_->bytes.size() : cell.begin);
      return fault(RowFault::kFieldTooLarge);
    }
    row_->cells[column] = cell;
    row_->has_content |= cell.length > 0;
    row_->size += cell.length;
    if (row_->size <= limits::kCsvRowBytes) return;
    row_->clear();
    row_->fault = RowFault::kRowTooLarge;
  }

  StoredRow::Cell store_value() {
    if (type_ == "s") {
      const auto i = to_number(value_);
      if (i && *i < strings_.ends.size()) return {strings_.begin(*i), strings_.length(*i), true};
      stop(ErrorCode::kMalformed, "a cell refers to a text that is not there");
      return {};
    }
    std::string& out = row_->bytes;
    const size_t begin = out.size();
    if (type_ == "b") {
      out.append(value_ == "0" || value_ == "false" ? "FALSE" : "TRUE");
    } else if (type_ == "str" || type_ == "inlineStr") {
      append_unescaped(value_, out);
    } else if (type_.empty() || type_ == "n") {
      append_numeric(out);
    } else {
      out.append(value_);  // errors (#N/A) and ISO dates, as they are
    }
    return {begin, static_cast<uint32_t>(out.size() - begin), false};
  }

  void append_numeric(std::string& out) {
    double serial = 0;
    const bool date = style_ < styles_.is_date.size() && styles_.is_date[style_];
    const auto r = std::from_chars(value_.data(), value_.data() + value_.size(), serial);
    if (date && r.ec == std::errc{} && r.ptr == value_.data() + value_.size()) {
      append_serial_date(serial, dates_, out);
    } else {
      append_number(value_, out);
    }
  }

  void end_row() {
    in_row_ = false;
    if (row_->has_content || row_->fault != RowFault::kNone) ++filled_;
  }

  const SharedStrings& strings_;
  const Styles& styles_;
  DateSystem dates_;
  StringCollector collector_;
  std::vector<StoredRow> rows_;
  size_t filled_ = 0;
  size_t given_ = 0;
  StoredRow* row_ = nullptr;
  uint64_t number_ = 0;
  size_t column_ = 0;
  uint64_t style_ = 0;
  std::string type_;
  std::string value_;
  bool in_row_ = false;
  bool in_value_ = false;
  bool in_inline_ = false;
  bool value_too_large_ = false;
};

class XlsxSource final : public RowSource {
 public:
  explicit XlsxSource(zip_t* zip) : package_(zip) {}

  Result<void> open(std::string_view sheet) {
    YZ_CHECK(package_.check());
    Workbook workbook;
    Relations relations;
    YZ_CHECK(parse_part(package_, "xl/workbook.xml", workbook));
    YZ_CHECK(parse_part(package_, "xl/_rels/workbook.xml.rels", relations));
    const std::string path = YZ_TRY(find_sheet(workbook, relations, sheet));
    if (const std::string* styles = relations.path_of_type("styles");
        styles != nullptr && package_.has(*styles))
      YZ_CHECK(parse_part(package_, *styles, styles_));
    if (const std::string* strings = relations.path_of_type("sharedStrings");
        strings != nullptr && package_.has(*strings))
      YZ_CHECK(parse_part(package_, *strings, strings_));
    entry_.emplace(YZ_TRY(Entry::open(package_, path)));
    sheet_.emplace(strings_, styles_, workbook.dates);
    xml_.emplace(*sheet_);
    return {};
  }

  Result<bool> next(Row& row) override {
    const StoredRow* stored = sheet_->pop();
    while (stored == nullptr) {
      if (ended_) return false;
      sheet_->recycle();
      const auto more = feed();
      if (!more) return std::unexpected(more.error());
      stored = sheet_->pop();
    }
    row.number = stored->number;
    row.fault = stored->fault;
    row.cells.resize(stored->cells.size());
    for (size_t i = 0; i < stored->cells.size(); ++i) {
      const StoredRow::Cell& c = stored->cells[i];
      row.cells[i] = std::string_view(c.shared ? strings_.all : stored->bytes).substr(c.begin, c.length);
    }
    return true;
  }

  int progress_per_mille() const override { return ended_ ? 1000 : entry_->per_mille(); }

 private:
  Result<void> feed() {
    auto more = xml_->feed(*entry_);
    ended_ = !more.value_or(false);
    if (!more) return std::unexpected(std::move(more).error());
    return {};
  }

  static Result<std::string> find_sheet(const Workbook& workbook, const Relations& relations,
                                        std::string_view name) {
    const std::string* found = nullptr;
    bool found_visible = false;
    for (const Workbook::Sheet& s : workbook.sheets) {
      const auto it = relations.by_id.find(s.relation);
      if (it == relations.by_id.end() || it->second.type != "worksheet") continue;
      if (name.empty() ? found == nullptr || (s.visible && !found_visible) : s.name == name) {
        found = &it->second.path;
        found_visible = s.visible;
        if (!name.empty()) break;
      }
    }
    if (found == nullptr)
      return fail(ErrorCode::kNotFound, "the workbook has no such sheet", std::string(name));
    return *found;
  }

  Package package_;
  Styles styles_;
  SharedStrings strings_;
  std::optional<Entry> entry_;
  std::optional<Sheet> sheet_;
  std::optional<Xml> xml_;
  bool ended_ = false;
};

Result<std::unique_ptr<RowSource>> open_source(zip_t* zip, std::string_view sheet) {
  auto source = std::make_unique<XlsxSource>(zip);
  YZ_CHECK(source->open(sheet));
  return source;
}

}  // namespace

Result<std::unique_ptr<RowSource>> open_xlsx_file(const std::string& path, std::string_view sheet) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (zip != nullptr) return open_source(zip, sheet);
  if (code == ZIP_ER_NOENT || code == ZIP_ER_OPEN)
    return fail(ErrorCode::kNotFound, "cannot open the workbook", path);
  return fail(ErrorCode::kMalformed, "the workbook's zip file is broken", path);
}

Result<std::unique_ptr<RowSource>> open_xlsx_bytes(ByteSpan bytes, std::string_view sheet) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  if (zip == nullptr) return fail(ErrorCode::kMalformed, "the workbook's zip file is broken");
  return open_source(zip, sheet);
}

}  // namespace yizhan::text
