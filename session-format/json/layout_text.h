#pragma once

/// JSON values on their way to text, and how they are laid out: the same value always gives the same lines.
///
/// A container that is `open` has one child a line. One that is not stands on one line if it fits (120 columns) and holds
/// nothing open; otherwise it too has one child a line. Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dubplate::session::json {

/// Text as JSON writes it, in quotes. UTF-8 stays as it is.
std::string quoted(std::string_view text);

class Item {
public:
    static Item scalar(std::string json) { return Item(Kind::scalar, std::move(json), false); }
    static Item text(std::string_view text) { return scalar(quoted(text)); }
    static Item boolean(bool truth) { return scalar(truth ? "true" : "false"); }
    static Item number(double number);  ///< text if it is not finite: JSON has no such numbers
    static Item integer(std::int64_t number) { return scalar(std::to_string(number)); }
    static Item array(bool open = false) { return Item(Kind::array, {}, open); }
    static Item object(bool open = false) { return Item(Kind::object, {}, open); }

    /// To an array; returns this.
    Item& add(Item element);
    /// To an object; returns this.
    Item& add(std::string_view key, Item value);
    bool is_empty() const { return children_.empty(); }

    /// Appends the value as lines; `column` is where the first one begins, `indent` the depth of the ones below.
    void print(std::string& out, std::size_t indent, std::size_t column) const;

private:
    enum class Kind : std::uint8_t { scalar, array, object };
    Item(Kind kind, std::string json, bool open)
        : kind_(kind), open_(open), json_(std::move(json)), width_(json_.size()) {}
    void print_inline(std::string& out) const;

    Kind kind_;
    bool open_;                      // or something in it is
    std::string json_;               // of a scalar
    std::vector<std::string> keys_;  // quoted, of an object: [child]
    std::vector<Item> children_;
    std::size_t width_;  // on one line, without brackets
};

}  // namespace dubplate::session::json
