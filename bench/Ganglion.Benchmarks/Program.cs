using System.CommandLine;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Scenarios;

if (args is [Child.Marker, .. string[] arguments])
{
    return await Child.RunAsync(arguments);
}

IScenario[] scenarios =
[
    new AppendScenario(), new AckLatencyScenario(), new RedisScenario(), new HandleScenario(), new ReopenScenario(), new GrowthScenario(),
    new StartScenario(), new IdleScenario(), new WorkflowScenario(), new RequestScenario(), new WaitingScenario(), new ApprovalsScenario(),
    new KafkaExactlyOnceScenario(), new KafkaLatencyScenario(), new KafkaRebalanceScenario(), new KafkaOverrunScenario(),
    new ListenerThroughputScenario(), new ListenerLatencyScenario(), new ListenerConnectionsScenario(),
    new GuardsScenario(), new BudgetScenario(), new GuardStageScenario(), new SoftStopScenario(), new LanesScenario(),
];

var names = new Argument<string[]>("scenario")
{
    Description = "Which to run; all if none is named: " + string.Join(", ", scenarios.Select(static scenario => scenario.Name)),
    Arity = ArgumentArity.ZeroOrMore,
};
names.AcceptOnlyFromAmong([.. scenarios.Select(static scenario => scenario.Name)]);
var rounds = new Option<int>("--rounds") { Description = "How many rounds count; the median is reported.", DefaultValueFactory = static _ => 5 };
var quick = new Option<bool>("--quick") { Description = "A tenth of the work in three rounds: to see that it runs, not for figures." };
var folder = new Option<string>("--dir") { Description = "Where data is written.", DefaultValueFactory = static _ => Path.GetTempPath() };
var report = new Option<string?>("--report") { Description = "The Markdown file to write, such as bench/results/2026-11.md." };
var redisPort = new Option<int?>("--redis-port") { Description = "Where bench/redis.sh has started Redis." };
var kafka = new Option<string?>("--kafka") { Description = "A cluster of Kafka, HOST:PORT. Default: a mock cluster and a broker that listens, each in a process of its own." };

var root = new RootCommand("Measures Ganglion against what the machine can do, in ratios taken in one run.") { names, rounds, quick, folder, report, redisPort, kafka };
root.SetAction(async (parsed, cancellationToken) =>
{
    var settings = new Settings
    {
        Rounds = parsed.GetValue(quick) ? 3 : parsed.GetValue(rounds),
        Scale = parsed.GetValue(quick) ? 0.1 : 1,
        Folder = parsed.GetValue(folder)!,
        RedisPort = parsed.GetValue(redisPort),
        Kafka = parsed.GetValue(kafka),
    };
    string[] chosen = parsed.GetValue(names)!;
    var output = new Report(settings);
    foreach (IScenario scenario in scenarios.Where(scenario => chosen.Length == 0 || chosen.Contains(scenario.Name)))
    {
        var run = new ScenarioRun(settings);
        Console.Error.WriteLine(scenario.Name);
        await scenario.RunAsync(run, cancellationToken);
        output.Add(scenario, run);
    }

    Console.WriteLine(output);
    if (parsed.GetValue(report) is { } path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await File.WriteAllTextAsync(path, output.ToString(), cancellationToken);
    }

    return output.AllMet ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
