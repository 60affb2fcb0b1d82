#pragma once

/// The manual's pages, made from the commands' descriptions: roff for man(1), Markdown tables for docs/, plain text.
///
/// Threads: pure functions.

#include <span>
#include <string>

#include "cli/description.h"

namespace dubplate::cli {

/// "dubplate-render.1"; of the overview "dubplate.1".
std::string page_file_name(std::string_view command);

std::string roff_overview(std::span<const CommandDescription> commands);
std::string roff_page(const CommandDescription& command);

/// Of all commands: a table, then each one's page as a section.
std::string markdown_manual(std::span<const CommandDescription> commands);
/// How it is called, a table of its arguments and options, notes and examples.
std::string markdown_page(const CommandDescription& command);

/// For 80 columns.
std::string text_manual(std::span<const CommandDescription> commands);
std::string text_page(const CommandDescription& command);

}  // namespace dubplate::cli
