using System.CommandLine;
using ResearchTeam;

var prompt = new Argument<string?>("PROMPT") { Description = "What is asked; without it, whatever is typed, line by line", Arity = ArgumentArity.ZeroOrOne };
var role = new Option<Role>("--role")
{
    HelpName = "ROLE",
    Description = "all, master, researcher, writer, or client, who only asks; what they share is named by --kafka",
    DefaultValueFactory = _ => Role.All,
};
var data = new Option<string>("--data")
{
    HelpName = "DIR",
    Description = "The folder of the log",
    DefaultValueFactory = _ => "data/research",
};
var kafka = new Option<string?>("--kafka") { HelpName = "HOST:PORT", Description = "Keep the log on this Kafka cluster, where other processes take part, instead of in a folder" };
var kafkaPort = new Option<int?>("--kafka-port") { HelpName = "N", Description = "Let other processes use the broker of this one, as a Kafka cluster on this port" };
var approve = new Option<bool>("--approve-plan") { Description = "Ask before a plan is carried out" };
var modelTime = new Option<double>("--model-time") { HelpName = "SECONDS", Description = "How long the scripted model takes for an answer", DefaultValueFactory = _ => 0.5 };
var json = new Option<bool>("--json") { Description = "Write what happens as JSON lines" };

var command = new RootCommand("Lets a team of agents answer a question: one plans, others research and write.")
{
    prompt, role, data, kafka, kafkaPort, approve, modelTime, json,
};
kafkaPort.Validators.Add(given =>
{
    if (given.GetValueOrDefault<int?>() is < 1 or > 65535)
    {
        given.AddError("--kafka-port is to be 1 to 65535.");
    }
});
modelTime.Validators.Add(given =>
{
    if (given.GetValueOrDefault<double>() is not (>= 0 and <= 3600))
    {
        given.AddError("--model-time is to be 0 to 3600.");
    }
});
command.Validators.Add(given =>
{
    if (given.GetValue(kafka) is null && given.GetValue(role) is not Role.All && given.GetValue(kafkaPort) is null)
    {
        given.AddError("--role needs --kafka HOST:PORT: processes share a log. To try it without a cluster, let one process be it by --kafka-port 9092.");
    }
});
command.SetAction(line => TeamRun.RunAsync(new RunOptions
{
    Prompt = line.GetValue(prompt),
    Role = line.GetValue(role),
    Data = Path.GetFullPath(line.GetValue(data)!),
    Kafka = line.GetValue(kafka),
    KafkaPort = line.GetValue(kafkaPort),
    ApprovePlan = line.GetValue(approve),
    ModelTime = TimeSpan.FromSeconds(line.GetValue(modelTime)),
    Json = line.GetValue(json),
}));

// The host heeds Ctrl-C and SIGTERM.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
