using System.CommandLine;
using Loan;

var loans = new Argument<string[]>("LOAN") { Description = "Loans as JSON; without any, and without --input, four made-up ones" };
var input = new Option<FileInfo>("--input") { HelpName = "FILE", Description = "Loans as JSON lines" };
var data = new Option<string>("--data")
{
    HelpName = "DIR",
    Description = "The folder of the log and of what goes out",
    DefaultValueFactory = _ => "data/loan",
};
var kafkaPort = new Option<int?>("--kafka-port") { HelpName = "N", Description = "Let Kafka clients, in any language, use the broker of this process on this port" };
var json = new Option<bool>("--json") { Description = "Write the timeline as JSON lines" };

var command = new RootCommand("Lets three agents work on each loan at the same time, and decides it by what they find out.")
{
    loans, input, data, kafkaPort, json,
};
input.AcceptExistingOnly();
kafkaPort.Validators.Add(given =>
{
    if (given.GetValueOrDefault<int?>() is < 1 or > 65535)
    {
        given.AddError("--kafka-port is to be 1 to 65535.");
    }
});
command.SetAction(line =>
{
    string[] given = line.GetValue(loans)!;
    string? file = line.GetValue(input)?.FullName ?? (given.Length == 0 ? Path.Combine(AppContext.BaseDirectory, "loans.jsonl") : null);
    return LoanRun.RunAsync(given.Concat(file is null ? [] : File.ReadLines(file)), Path.GetFullPath(line.GetValue(data)!), line.GetValue(kafkaPort), line.GetValue(json));
});

// The host heeds Ctrl-C and SIGTERM.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
