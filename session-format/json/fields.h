#pragma once

/// Reading typed values out of a Document, noting every mistake with its place instead of stopping at the first.
///
/// A reading function returns the value, or nothing after it has noted why; the caller goes on with the next value.
/// Threads: one reader at a time.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session-format/json/document.h"
#include "session-format/model/quantity.h"

namespace dubplate::session::json {

/// Least and greatest level of anything that has one; -inf dB is silence as well.
inline constexpr double kMinDecibels = -144.0, kMaxDecibels = 48.0;
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxTextBytes = 65536;
inline constexpr std::size_t kMaxProblems = 1000;  ///< kept of one file; the rest is counted

/// The mistakes found so far.
class Problems {
public:
    Problems(const Document& document, std::string file_name) : document_(document), file_name_(std::move(file_name)) {}

    void at(const Node& node, std::string message, ErrorCode code = ErrorCode::bad_argument);
    void at_key(const Node& node, std::string message);
    /// No more are kept: what makes a message costly (a suggestion) can be left out.
    bool is_full() const { return found_.size() >= kMaxProblems; }
    /// In order of place. Appended to what the document itself found wrong.
    void sorted_into(std::vector<Error>& errors) const;

    const Document& document() const { return document_; }

private:
    struct Problem {
        Error error;
        int line, column;
    };

    const Document& document_;
    std::string file_name_;
    std::vector<Problem> found_;
    std::size_t left_out_ = 0;
};

std::optional<bool> read_bool(const Node& node, Problems& problems);
std::optional<double> read_number(const Node& node, double minimum, double maximum, Problems& problems);
std::optional<std::int64_t> read_integer(const Node& node, std::int64_t minimum, std::int64_t maximum,
                                         Problems& problems);
std::optional<std::string> read_text(const Node& node, Problems& problems);
/// Text of one line that is not empty: what strips, stems and markers may be called.
std::optional<std::string> read_name(const Node& node, Problems& problems);
/// The same for files.
std::optional<std::string> read_path(const Node& node, Problems& problems);
/// Index of the word among `words`.
std::optional<std::size_t> read_word(const Node& node, std::span<const std::string_view> words, Problems& problems);
/// A number without unit, or text for parse_quantity with one.
std::optional<Quantity> read_quantity(const Node& node, Problems& problems);
/// A level: dB from -144 to 48, or -inf dB.
std::optional<Quantity> read_decibels(const Node& node, Problems& problems);
/// A time or length by its unit alone; where it lies is for the tempo map to say.
std::optional<Quantity> read_time(const Node& node, Problems& problems);
bool expect(const Node& node, Kind kind, Problems& problems);

/// The members of one object: asks for the keys there may be, then complains about those that nobody asked for.
class Fields {
public:
    /// `node` that is no object is noted, and has no members.
    Fields(const Node& node, Problems& problems);
    /// nullptr where the object does not have it.
    const Node* find(std::string_view key);
    /// Notes that it is missing.
    const Node* require(std::string_view key);
    /// Counts a key as known whether or not it is there, for suggestions.
    void know(std::string_view key) { known_.push_back(key); }
    bool is_object() const { return object_; }
    /// Notes unknown keys. Call once, after all keys were asked for.
    void finish();

    /// find() and read in one: `target` stays as it is if the key is absent or wrong.
    template <class T, class Read, class... Arguments>
    void take(std::string_view key, T& target, Read read, Arguments&&... arguments) {
        if (const Node* node = find(key))
            if (auto value = read(*node, std::forward<Arguments>(arguments)..., problems_))
                target = static_cast<T>(std::move(*value));
    }

private:
    const Node& node_;
    Problems& problems_;
    bool object_;
    std::vector<std::string_view> known_;
};

}  // namespace dubplate::session::json
