using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>The sample of the dealership: an agent that knows nothing of guards, stops and people who decide, and a day with all of them.</summary>
public sealed class DealershipTests : IDisposable
{
    private const string Answered = "user.messages.raw user.messages.cleaned agent.responses.raw agent.responses.final";
    private const string Refused = "user.messages.raw user.messages.flagged agent.responses.final";
    private const string Replaced = "user.messages.raw user.messages.cleaned agent.responses.raw agent.responses.flagged agent.responses.final";
    private const string Held = "user.messages.raw user.messages.cleaned agent.responses.raw agent.responses.pending_approval";
    private const string Approved = $"{Held} agent.responses.approved agent.responses.final";
    private const string Rejected = $"{Held} agent.responses.final";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Its_readme_shows_what_it_prints()
    {
        await using var sample = SampleProcess.StartDealership(_folder.Data);
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        sample.Errors.ShouldBeEmpty();
        string[] shown = [.. BlocksOfReadme("text").SelectMany(block => block)];
        shown.Length.ShouldBeGreaterThan(30);
        shown.Select(WithoutTime).ShouldBeSubsetOf(lines.Select(WithoutTime));
    }

    [Fact]
    public async Task Killed_while_messages_wait_for_the_agent_and_again_while_answers_wait_for_a_person_it_goes_on_and_each_message_takes_its_way_once()
    {
        await KillAtAsync("pause_begun");
        await KillAtAsync("approval.approved");
        await using var sample = SampleProcess.StartDealership(_folder.Data, "--json");
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0, sample.Errors);
        JsonNode[] told = [.. lines.Select(line => JsonNode.Parse(line)!)];

        Ways(told).ShouldBe(
        [
            $"anna-1 {Answered}: Our latest model is the CLA. It comes with an electric drive or as a hybrid.",
            $"anna-2 {Answered}: Thank you, your test drive is booked for Saturday at ten.",
            $"anna-3 {Answered}: The GLE tows up to 3.5 tonnes.",
            $"anna-4 {Answered}: The E-Class Estate has room for five, two prams and a dog.",
            $"ben-1 {Refused}: I know about cars and little else. What would you like to drive?",
            $"ben-2 {Refused}: I cannot help with that.",
            $"ben-3 {Refused}: I am here to talk about cars.",
            $"ben-4 {Rejected}: A colleague will call you.",
            $"carl-1 {Replaced}: Let me tell you more about the features of our latest Mercedes models.",
            $"carl-2 {Answered}: A new car has a warranty of two years.",
            $"carl-3 {Approved}: Our sales team tells you about discounts.",
            $"dora-1 {Answered}: I would never buy a European car.",
            $"dora-2 {Answered}: The electric ones go 500 km and more.",
            $"ella-1 {Requested("enterprise")}",
            $"emil-1 {Replaced}: Our cars speak for themselves.",
            $"emil-2 {Approved}: Yes, every model comes in silver.",
            $"fay-1 {Requested("free")}",
            $"finn-1 {Requested("free")}",
            $"pam-1 {Requested("pro")}",
        ]);
        Of(told, "user.messages.cleaned").Select(MessageOf).ShouldContain("I want a test drive. My card is [card].");
        Of(told, "ganglion.routes").Select(one => string.Join(' ', one["data"]!["stages"]!.AsArray().Select(stage => stage!["name"]))).ShouldBe(
            ["injection safety relevance privacy", "brand", "tiers", "brand loyalty", "brand loyalty stop", "brand loyalty"]);
        Of(told, "ganglion.approvals").Select(one => $"{one["type"]}").Order().ShouldBe(
        [
            "approval.approved", "approval.approved", "approval.edited", "approval.rejected",
            "approval.requested", "approval.requested", "approval.requested",
        ]);
        DateTimeOffset[] pauses = [.. Of(told, "ganglion.pauses").Select(TimeOf)];
        Of(told, "user.messages.raw").Count(one => IsWaiting(one) && TimeOf(one) >= pauses[0] && TimeOf(one) <= pauses[1]).ShouldBe(3);
        Of(told, "agent.responses.raw").Count(one => IsWaiting(one) && TimeOf(one) >= pauses[1]).ShouldBe(3);
        Of(told, "agent.responses.raw").Count(one => IsFree(one) && TimeOf(one) >= pauses[3]).ShouldBe(2);
        Of(told, "agent.responses.raw").Count(one => IsPaid(one) && TimeOf(one) >= pauses[2] && TimeOf(one) <= pauses[3]).ShouldBe(2);

        static bool IsWaiting(JsonNode one) => $"{one["conversation"]}" is "anna-3" or "carl-2" or "dora-2";
        static bool IsFree(JsonNode one) => $"{one["conversation"]}" is "fay-1" or "finn-1";
        static bool IsPaid(JsonNode one) => $"{one["conversation"]}" is "pam-1" or "ella-1";
    }

    [Fact]
    public async Task Its_commands_do_by_hand_what_its_readme_says()
    {
        await using var sample = SampleProcess.StartDealership(_folder.Data, "--serve");
        using HttpClient client = await sample.ConnectAsync();

        string[] commands = [.. BlocksOfReadme("sh").SelectMany(block => block).Where(line => line.StartsWith("ganglion ", StringComparison.Ordinal))];
        commands.Length.ShouldBe(8);
        foreach (string command in commands)
        {
            (int exitCode, string output) = await SampleProcess.RunShellAsync(_folder.File("."), command, client.BaseAddress!);
            exitCode.ShouldBe(0, output);
            await sample.WaitForAsync(command.Split("# ")[1]);
        }

        using var text = new StringContent("no JSON");
        (await client.PostAsync("/topics/user.messages.raw/events", text)).EnsureSuccessStatusCode();
        await sample.WaitForAsync("user.messages.cleaned.dlq", "[parked: ", "] no JSON");
    }

    public void Dispose() => _folder.Dispose();

    private static string Requested(string tier) => $"agent.requests agent.requests.{tier} agent.responses.raw agent.responses.final: Yes, it is in stock.";

    private static IEnumerable<string[]> BlocksOfReadme(string language) =>
        File.ReadAllText(Path.Combine(Tutorial.Root, "samples/Dealership/README.md")).Split($"```{language}\n").Skip(1).Select(block => block.Split("\n```")[0].Split('\n'));

    private static string WithoutTime(string line) => char.IsAsciiDigit(line[0]) ? line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..] : line;

    private static IEnumerable<string> Ways(JsonNode[] told) =>
        from one in told
        let conversation = $"{one["conversation"]}"
        where conversation.Length > 0 && $"{one["topic"]}" != "ganglion.approvals"
        group one by conversation into way
        orderby way.Key
        select $"{way.Key} {string.Join(' ', way.Select(one => one["topic"]))}: {MessageOf(way.Last())}";

    private static IEnumerable<JsonNode> Of(JsonNode[] told, string topic) => told.Where(one => $"{one["topic"]}" == topic);

    private static string MessageOf(JsonNode one) => $"{one["data"]!["message"]}";

    private static DateTimeOffset TimeOf(JsonNode one) => one["time"]!.GetValue<DateTimeOffset>();

    private async Task KillAtAsync(string text)
    {
        await using var sample = SampleProcess.StartDealership(_folder.Data, "--json");
        await sample.WaitForAsync(text);
        sample.HasExited.ShouldBeFalse();
        await sample.KillAsync();
    }
}
