using System.CommandLine;
using MarketingAssistant;
using Microsoft.AspNetCore.Builder;

var input = new Option<FileInfo>("--input")
{
    HelpName = "FILE",
    Description = "Leads as JSON lines; default: eight made-up ones",
    DefaultValueFactory = _ => new FileInfo(Path.Combine(AppContext.BaseDirectory, "leads.jsonl")),
};
var data = new Option<string>("--data")
{
    HelpName = "DIR",
    Description = "The folder of the log and of what goes out",
    DefaultValueFactory = _ => "data/marketing",
};
var byHand = new Option<bool>("--by-hand") { Description = "Let people decide what goes out, by 'ganglion approvals', instead of a script" };
var port = new Option<int?>("--port") { HelpName = "N", Description = "The port of the HTTP API; default: 5080 with --by-hand, else any that is free" };
var kafkaPort = new Option<int?>("--kafka-port") { HelpName = "N", Description = "Let Kafka clients, in any language, use the broker of this process on this port" };
var json = new Option<bool>("--json") { Description = "Write the timeline as JSON lines, and nothing else, to the standard output" };

var command = new RootCommand("Writes to people who have filled in a form, once guards and a person have agreed.")
{
    input, data, byHand, port, kafkaPort, json,
};
input.AcceptExistingOnly();
RequirePort(port, least: 0);
RequirePort(kafkaPort, least: 1);
command.SetAction(line => MarketingRun.RunAsync(new RunOptions
{
    Input = line.GetValue(input)!.FullName,
    Data = Path.GetFullPath(line.GetValue(data)!),
    ByHand = line.GetValue(byHand),
    Port = line.GetValue(port) ?? (line.GetValue(byHand) ? GanglionWebApplicationBuilderExtensions.GanglionPort : 0),
    KafkaPort = line.GetValue(kafkaPort),
    Json = line.GetValue(json),
}));

// The host heeds Ctrl-C and SIGTERM.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static void RequirePort(Option<int?> option, int least) => option.Validators.Add(given =>
{
    if (given.GetValueOrDefault<int?>() is { } number && (number < least || number > 65535))
    {
        given.AddError($"{option.Name} is to be {least} to 65535.");
    }
});
