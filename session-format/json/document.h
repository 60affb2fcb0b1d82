#pragma once

/// A JSON text as a tree that knows the line and column of every value and key.
///
/// The strict grammar of RFC 8259 and nothing more: no comments, no trailing commas, no NaN; UTF-8, a byte order mark is
/// skipped. Numbers stay text (whoever reads one knows how exact it must be). Parsing is iterative: nesting costs no stack.
/// Limits: 512 MiB, 64 levels, 16,000,000 values. Lines and columns count from 1, columns in characters.
/// Threads: immutable once parsed. Errors: corrupt_input with `where` set; after a fault of grammar nothing more is
/// looked for, since nobody knows what was meant from there on.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "session-format/model/session.h"

namespace dubplate::session::json {

inline constexpr std::size_t kMaxBytes = std::size_t{512} << 20;
inline constexpr int kMaxDepth = 64;
inline constexpr std::size_t kMaxValues = 16'000'000;

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// "an object", "a number": for messages.
std::string_view kind_name(Kind kind);

/// Nodes stand in the order of the text: the first child follows its parent, the next sibling is at `end`.
struct Node {
    Kind kind = Kind::null;
    bool truth = false;  ///< of a boolean
    std::int32_t line = 0, column = 0;
    std::int32_t key_line = 0, key_column = 0;
    std::uint32_t parent = 0;
    std::uint32_t index = 0;  ///< among its siblings, from 0
    std::uint32_t end = 0;    ///< one past the last node below it
    std::uint32_t children = 0;
    std::string_view key = {};   ///< in an object
    std::string_view text = {};  ///< of a string (unescaped) or a number (as written)
};

class Document {
public:
    /// `text` must outlive the document.
    static Result<Document> parse(std::string_view text, const std::string& file_name);

    const Node& root() const { return nodes_.front(); }
    /// Members whose key stands in their object before them, in order.
    std::vector<const Node*> repeated_keys() const;

    /// The children of an array or object, in order.
    class Children {
    public:
        class Iterator {
        public:
            Iterator(const Node* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}
            const Node& operator*() const { return nodes_[at_]; }
            Iterator& operator++() {
                at_ = nodes_[at_].end;
                return *this;
            }
            friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

        private:
            const Node* nodes_;
            std::uint32_t at_;
        };
        Children(const Node* nodes, std::uint32_t parent) : nodes_(nodes), parent_(parent) {}
        Iterator begin() const { return {nodes_, parent_ + 1}; }
        Iterator end() const { return {nodes_, nodes_[parent_].end}; }

    private:
        const Node* nodes_;
        std::uint32_t parent_;
    };
    Children children(const Node& node) const { return {nodes_.data(), index_of(node)}; }
    /// The member of an object, nullptr if it has none of that name.
    const Node* member(const Node& object, std::string_view key) const;

    /// JSON pointer (RFC 6901): "/tracks/3/automation/inserts~10~1threshold".
    std::string pointer(const Node& node) const;
    Place place(const Node& node) const { return {node.line, node.column, pointer(node)}; }

private:
    class Builder;
    std::uint32_t index_of(const Node& node) const { return static_cast<std::uint32_t>(&node - nodes_.data()); }

    std::vector<Node> nodes_;
    std::deque<std::string> unescaped_;  // strings that the text spells with escapes
};

}  // namespace dubplate::session::json
