using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace EndToEnd;

/// <summary>The research team: a request becomes a plan, tasks side by side, and an answer, whoever dies meanwhile.</summary>
public sealed class ResearchTeamTests : IDisposable
{
    private const string Prompt = "the oldest tea in China and the caffeine of black tea";
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task Its_readme_shows_what_it_prints()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(Tutorial.Root, "samples", "ResearchTeam", "README.md"));
        string[] shown = readme.Split("```text\n")[1].Split("\n```")[0].Split('\n');
        await using var team = SampleProcess.StartTeam(_folder.Data, "--model-time", "0", Prompt);

        (int exitCode, IReadOnlyList<string> lines) = await team.WaitForExitAsync();

        exitCode.ShouldBe(0, team.Errors);
        shown.Length.ShouldBeGreaterThan(8);
        lines.Order(StringComparer.Ordinal).ShouldBe(shown.Order(StringComparer.Ordinal), "What is done at the same time comes in any order.");
    }

    [Fact(Timeout = 120_000)]
    public async Task Killed_behind_its_plan_behind_a_result_and_in_its_answer_it_answers_once_and_does_each_task_once()
    {
        foreach (string topic in (string[])["agent_plans_topic", "agent_results_topic", "final_output_topic.stream"])
        {
            await using var team = SampleProcess.StartTeam(_folder.Data, "--json", "--model-time", "0.3", $"{Prompt}, {topic}");
            await team.WaitForAsync($"\"{topic}\"");
            await team.KillAsync();
        }

        await using (var last = SampleProcess.StartTeam(_folder.Data, "--json", "--model-time", "0", $"{Prompt}, last"))
        {
            (await last.WaitForExitAsync()).ExitCode.ShouldBe(0, last.Errors);
        }

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(Path.Combine(_folder.Data, "log"));
        JsonNode[] prompts = await ReadAsync(broker, "user_prompts_topic");
        JsonNode[] answers = await ReadAsync(broker, "final_output_topic");
        answers.Length.ShouldBe(2, "One request was killed three times; the last process went on with it, and then with its own.");
        answers.Select(IdOf).ShouldBe(prompts.Select(IdOf), ignoreOrder: true);
        answers.ShouldAllBe(answer => $"{answer["status"]}" == "COMPLETE");
        (await ReadAsync(broker, "agent_results_topic")).Select(result => $"{result["assignment"]}").ShouldBeUnique();
        (await ReadAsync(broker, "ganglion.models.calls")).Select(call => $"{call["agent"]} {call["prompt_hash"]}").ShouldBeUnique();
    }

    [Fact(Timeout = 120_000)]
    public async Task Roles_in_processes_of_their_own_share_the_work_and_each_may_die_in_the_middle()
    {
        await using SampleProcess cluster = SampleProcess.StartCluster(_folder.File("cluster"), port: 0);
        string address = (await cluster.WaitForAsync("Clients of Kafka", "127.0.0.1:")).Split(' ').Single(word => word.StartsWith("127.0.0.1:", StringComparison.Ordinal)).TrimEnd('.', ',', ';');
        SampleProcess master = Start("master"), researcher = Start("researcher");
        await using SampleProcess writer = Start("writer");
        await Task.WhenAll(master.WaitForAsync("is ready"), researcher.WaitForAsync("is ready"), writer.WaitForAsync("is ready"));
        await using SampleProcess client = Start("client", "--json", Prompt);

        await client.WaitForAsync("\"agent_plans_topic\"");
        await researcher.DisposeAsync();
        await master.DisposeAsync();
        await using SampleProcess other = Start("master"), another = Start("researcher");

        string answer = await client.WaitForAsync("\"final_output_topic\"");
        JsonNode output = JsonNode.Parse(answer)!["data"]!;
        $"{output["status"]}".ShouldBe("COMPLETE");
        $"{output["answer"]}".ShouldContain("141 BC");
        $"{output["answer"]}".ShouldContain("milligrams of caffeine");
        (await client.WaitForExitAsync()).ExitCode.ShouldBe(0, client.Errors);

        SampleProcess Start(string role, params string[] arguments) =>
            SampleProcess.StartTeam(_folder.Data, ["--role", role, "--kafka", address, "--model-time", "0.5", .. arguments]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_model_behind_HTTP_is_asked_nothing_again_that_it_has_answered_before_the_process_was_killed()
    {
        using var ollama = new RecordingOllama();
        var environment = new Dictionary<string, string> { ["OLLAMA_BASE_URL"] = ollama.Address, ["OLLAMA_MODEL"] = "recorder" };
        await using (var team = SampleProcess.StartTeam(_folder.Data, environment, "--json", "first"))
        {
            await team.WaitForAsync("\"agent_results_topic\"");
            await team.KillAsync();
        }

        await using (var team = SampleProcess.StartTeam(_folder.Data, environment, "--json", "second"))
        {
            (await team.WaitForExitAsync()).ExitCode.ShouldBe(0, team.Errors);
        }

        IGrouping<string, string>[] asked = [.. ollama.Asked.GroupBy(messages => messages)];
        asked.Length.ShouldBe(7, "Two plans and two answers; the three tasks of both requests are the same.");
        asked.Where(prompt => prompt.Key.Contains("You plan")).ShouldAllBe(prompt => prompt.Count() == 1);
        ollama.Asked.Count.ShouldBeInRange(10, 11, "What was under way when the process died is asked again, at most.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--role needs --kafka HOST:PORT", "--role", "writer")]
    [InlineData("--model-time is to be 0 to 3600", "--model-time", "-1")]
    [InlineData("--kafka-port is to be 1 to 65535", "--kafka-port", "0")]
    public async Task What_cannot_be_run_is_refused_with_a_remedy(string fault, params string[] arguments)
    {
        await using var team = SampleProcess.StartTeam(_folder.Data, [.. arguments, "a prompt"]);

        (await team.WaitForExitAsync()).ExitCode.ShouldBe(1);
        team.Errors.ShouldContain(fault);
    }

    public void Dispose() => _folder.Dispose();

    private static string IdOf(JsonNode told) => $"{told["request_id"]}";

    private static async Task<JsonNode[]> ReadAsync(EmbeddedBroker broker, string topic)
    {
        TopicDescription description = (await broker.Topics.FindAsync(topic)).ShouldNotBeNull();
        return await broker.ReadAllAsync(description).Select(record => JsonNode.Parse(record.Value!.Value.Span)!).ToArrayAsync();
    }
}
