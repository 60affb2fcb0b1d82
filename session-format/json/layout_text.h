#pragma once

/// JSON values on their way to text, and how they are laid out: the same value always gives the same lines.
///
/// A container that is `open` has one child a line. One that is not stands on one line if it fits (120 columns) and holds
/// nothing open; otherwise it too has one child a line. A setting counts as six
/// columns however long it is, and a flag as none, so that turning a knob never breaks a line in two.
/// Threads: plain values.

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
    /// As wide as it is: a name, a path, free text, everything in a schema.
    static Item scalar(std::string json);
    static Item text(std::string_view text) { return scalar(quoted(text)); }
    static Item boolean(bool truth) { return scalar(truth ? "true" : "false"); }
    static Item number(double number);  ///< text if it is not finite: JSON has no such numbers
    static Item integer(std::int64_t number) { return scalar(std::to_string(number)); }
    /// What a knob is set to: of one width, however it is written.
    static Item setting(double number);
    static Item setting(std::string_view word) { return Item(Kind::scalar, quoted(word), kSettingColumns); }
    static Item setting(const char* word) { return setting(std::string_view(word)); }
    static Item array(bool open = false) { return Item(Kind::array, {}, 0, open); }
    static Item object(bool open = false) { return Item(Kind::object, {}, 0, open); }

    /// To an array; returns this.
    Item& add(Item element);
    /// To an object; returns this.
    Item& add(std::string_view key, Item value);
    /// `key: true`.
    Item& add_flag(std::string_view key);
    bool is_empty() const { return children_.empty(); }

    /// Appends the value as lines; `column` is where the first one begins, `indent` the depth of the ones below.
    void print(std::string& out, std::size_t indent, std::size_t column) const;

private:
    enum class Kind : std::uint8_t { scalar, array, object };
    static constexpr std::size_t kSettingColumns = 6;

    Item(Kind kind, std::string json, std::size_t width, bool open = false)
        : kind_(kind), open_(open), json_(std::move(json)), width_(width) {}
    void print_inline(std::string& out) const;

    Kind kind_;
    bool open_;                      // or something in it is
    std::string json_;               // of a scalar
    std::vector<std::string> keys_;  // quoted, of an object: [child]
    std::vector<Item> children_;
    std::size_t width_;  // on one line, without brackets, as it counts
};

}  // namespace dubplate::session::json
