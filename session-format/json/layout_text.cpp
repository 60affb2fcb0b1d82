#include "session-format/json/layout_text.h"

#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "session-format/model/quantity.h"

namespace dubplate::session::json {
namespace {

constexpr std::size_t kColumns = 120, kIndent = 2;

/// JSON has no infinities and no NaN: what is built in code and never validated may hold them, as text.
std::string number_text(double number) {
    const std::string text = to_string(Quantity{Unit::none, number});
    return std::isfinite(number) ? text : quoted(text);
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        switch (c) {
            case '"': json += "\\\""; break;
            case '\\': json += "\\\\"; break;
            case '\n': json += "\\n"; break;
            case '\t': json += "\\t"; break;
            case '\r': json += "\\r"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
                else
                    json += c;
        }
    }
    json += '"';
    return json;
}

Item Item::scalar(std::string json) {
    const std::size_t width = json.size();
    return Item(Kind::scalar, std::move(json), width);
}

Item Item::number(double number) { return scalar(number_text(number)); }

Item Item::setting(double number) { return Item(Kind::scalar, number_text(number), kSettingColumns); }

Item& Item::add(Item element) {
    assert(kind_ == Kind::array);
    width_ += element.width_ + (element.kind_ == Kind::scalar ? 0 : 2) + (children_.empty() ? 0 : 2);
    open_ = open_ || element.open_;
    children_.push_back(std::move(element));
    return *this;
}

Item& Item::add(std::string_view key, Item value) {
    assert(kind_ == Kind::object);
    keys_.push_back(quoted(key));
    width_ +=
        keys_.back().size() + 2 + value.width_ + (value.kind_ == Kind::scalar ? 0 : 2) + (children_.empty() ? 0 : 2);
    open_ = open_ || value.open_;
    children_.push_back(std::move(value));
    return *this;
}

Item& Item::add_flag(std::string_view key) {
    const std::size_t width = width_;
    add(key, boolean(true));
    width_ = width;
    return *this;
}

void Item::print_inline(std::string& out) const {
    if (kind_ == Kind::scalar) {
        out += json_;
        return;
    }
    out += kind_ == Kind::array ? '[' : '{';
    for (std::size_t child = 0; child < children_.size(); ++child) {
        if (child > 0) out += ", ";
        if (kind_ == Kind::object) out.append(keys_[child]).append(": ");
        children_[child].print_inline(out);
    }
    out += kind_ == Kind::array ? ']' : '}';
}

void Item::print(std::string& out, std::size_t indent, std::size_t column) const {
    if (kind_ == Kind::scalar || children_.empty() || (!open_ && column + width_ + 3 <= kColumns)) {
        print_inline(out);
        return;
    }
    out += kind_ == Kind::array ? "[\n" : "{\n";
    for (std::size_t child = 0; child < children_.size(); ++child) {
        const std::size_t below = indent + kIndent;
        out.append(below, ' ');
        std::size_t start = below;
        if (kind_ == Kind::object) {
            out.append(keys_[child]).append(": ");
            start += keys_[child].size() + 2;
        }
        children_[child].print(out, below, start);
        out += child + 1 < children_.size() ? ",\n" : "\n";
    }
    out.append(indent, ' ');
    out += kind_ == Kind::array ? ']' : '}';
}

}  // namespace dubplate::session::json
