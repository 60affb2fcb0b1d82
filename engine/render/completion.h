#pragma once

/// The end of a render: every file whole under its temporary name, and what is to be said of it and of what was read.
///
/// Threads: plain functions; files are completed and inputs hashed on the executor, all at once.
/// Errors: as FileSink::complete() and InputFile::hash(); io where an input is not what it was; cancelled.

#include <functional>
#include <vector>

#include "engine/graph/schedule.h"
#include "engine/render/inputs.h"
#include "engine/render/outputs.h"

namespace dubplate::render {

/// Of an amplitude, and of a mean square; -300 at least.
double dbfs(double amplitude);
double dbfs_of_square(double square);

struct Completion {
    std::vector<OutputReport> outputs;        ///< [output]
    std::vector<InputReport> inputs;          ///< [path]
    std::vector<audio::CompletedFile> files;  ///< [output]
};

/// `steps`: [output] those that wrote them. `file_rate` of all files.
Result<Completion> complete_files(const std::vector<OutputFile>& outputs, const std::vector<nodes::FileStep*>& steps,
                                  const Inputs& inputs, int file_rate, graph::Executor& executor,
                                  const std::function<bool()>& poll, nodes::Profile* profile);
/// audio::commit_all(), and what they replaced is taken away side by side: of many large files that takes a while.
Result<void> commit_files(std::vector<audio::OutputFile>& files, graph::Executor& executor);

}  // namespace dubplate::render
