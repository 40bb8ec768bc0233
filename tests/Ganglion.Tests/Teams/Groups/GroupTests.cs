using System.Collections.Concurrent;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Models;
using Ganglion.Teams.Groups;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Teams.Groups;

public sealed class GroupTests
{
    private readonly ConcurrentQueue<ScriptedPrompt> _asked = new();

    [Fact(Timeout = 60_000)]
    public async Task In_a_sequence_each_hears_all_before()
    {
        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.AskInSequenceAsync("why?", Counter("a"), Counter("b"), Counter("a")));

        Texts(turns).ShouldBe(["asker why?", "a 1", "b 2", "a 3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Side_by_side_nobody_hears_the_others_and_one_joins()
    {
        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.AskConcurrentlyAsync("why?", [Counter("a"), Counter("b")], Counter("join")));

        Texts(turns).ShouldBe(["asker why?", "a 1", "b 1", "join 3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_is_handed_off_until_somebody_answers()
    {
        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.AskWithHandOffAsync(
            "refund?", [Says("desk", "one moment", to: "billing"), Says("sales", "buy!"), Says("billing", "ask them", to: "desk2"), Says("desk2", "done")]));

        Texts(turns).ShouldBe(["asker refund?", "desk one moment", "billing ask them", "desk2 done"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_is_not_handed_off_for_ever()
    {
        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.AskWithHandOffAsync("?", [Says("a", "b!", to: "b"), Says("b", "a!", to: "a")], mostHandOffs: 3));

        turns.Count.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_manager_says_who_is_next_and_when_it_is_enough()
    {
        var manager = new Participant("manager", "", (_, question) => Task.FromResult(
            question.Turns.Count switch { 1 => new GroupReply("", "b"), 2 => new GroupReply("", "a"), _ => new GroupReply("", "a", IsDone: true) }));

        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.ChatAsync("why?", [Counter("a"), Counter("b")], manager));

        Texts(turns).ShouldBe(["asker why?", "b 1", "a 2"]);
        (await RunAsync(context => context.ChatAsync("?", [Counter("a")], Says("manager", "", to: "a"), mostTurns: 4))).Count.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_is_written_again_until_the_critic_is_content()
    {
        var critic = new Participant("critic", "", (_, question) => Task.FromResult(new GroupReply("longer!", IsDone: question.Turns.Count == 4)));

        Texts(await RunAsync(context => context.ReflectAsync("write", Counter("author"), critic, mostDrafts: 9))).ShouldBe(
            ["asker write", "author 1", "critic longer!", "author 3"]);
        Texts(await RunAsync(context => context.ReflectAsync("write", Counter("author"), Says("critic", "no"), mostDrafts: 2))).ShouldBe(
            ["asker write", "author 1", "critic no", "author 3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Debaters_take_turns_and_a_judge_decides()
    {
        Texts(await RunAsync(context => context.DebateAsync("tea?", [Counter("pro"), Counter("con")], Counter("judge")))).ShouldBe(
            ["asker tea?", "pro 1", "con 2", "pro 3", "con 4", "judge 5"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_hears_others_as_others_and_itself_as_itself()
    {
        ScriptedChatClient model = Model(_ => "I see.");

        await RunAsync(context => context.AskInSequenceAsync("why?", Participant.OfModel("ann", "", model, "Be Ann."), Counter("bob"), Participant.OfModel("ann", "", model, "Be Ann.")));

        _asked.Last().Instructions.ShouldBe("Be Ann.");
        _asked.Last().Messages.Skip(1).Select(message => $"{message.Role}: {message.Text}").ShouldBe(["user: why?", "assistant: I see.", "user: bob says:\n2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_hands_off_to_nobody_there_is_told_so()
    {
        ScriptedChatClient model = Model(prompt => prompt.Messages.Count == 2
            ? """{"text":"not mine","hand_off_to":"nobody","is_done":false}"""
            : """{"text":"not mine","hand_off_to":"billing","is_done":false}""");

        IReadOnlyList<GroupTurn> turns = await RunAsync(context => context.AskWithHandOffAsync(
            "refund?", [Participant.OfModel("desk", "", model, "Be brief."), new Participant("billing", "knows of money", (_, _) => Task.FromResult(new GroupReply("paid")))]));

        Texts(turns).ShouldBe(["asker refund?", "desk not mine", "billing paid"]);
        _asked.Last().Question.ShouldContain("'nobody' is not there: hand off to billing");
        _asked.First().Instructions.ShouldContain("- billing: knows of money");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_takes_part_by_a_request()
    {
        IReadOnlyList<GroupTurn> turns = await RunAsync(
            context => context.AskInSequenceAsync("why?", Counter("a"), Participant.OfAgent("expert", "", new AgentId(new AgentType("expert"), "1"), "say")),
            ganglion => ganglion.AddAgent("expert", agent => agent.OnRequest<GroupQuestion, GroupReply>(
                "say", (question, _) => Task.FromResult(new GroupReply($"heard {string.Join(", ", question.Turns.Select(turn => turn.Text))}")))));

        Texts(turns).ShouldBe(["asker why?", "a 1", "expert heard why?, 1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_group_goes_on_where_its_handler_was_interrupted()
    {
        int runs = 0;
        ScriptedChatClient model = Model(prompt => $"turn {prompt.Messages.Count - 1}");
        Participant ann = Participant.OfModel("ann", "", model, "Be Ann.");

        IReadOnlyList<GroupTurn> turns = await RunAsync(async context =>
        {
            IReadOnlyList<GroupTurn> said = await context.DebateAsync("why?", [ann, Counter("bob")], ann);
            return Interlocked.Increment(ref runs) < 3 ? throw new InvalidOperationException("not yet") : said;
        });

        turns.Count.ShouldBe(6);
        _asked.Count.ShouldBe(3);
    }

    private static Participant Counter(string name) => new(name, $"is {name}", async (context, question) =>
        new GroupReply($"{await context.RunAsync("count", _ => Task.FromResult(question.Turns.Count))}"));

    private static Participant Says(string name, string text, string? to = null) => new(name, "", (_, _) => Task.FromResult(new GroupReply(text, to)));

    private ScriptedChatClient Model(Func<ScriptedPrompt, string> answer) => new("tiny", [new ScriptedRule(prompt =>
    {
        _asked.Enqueue(prompt);
        return answer(prompt);
    })]);

    private static string[] Texts(IReadOnlyList<GroupTurn> turns) => [.. turns.Select(turn => $"{turn.Speaker} {turn.Text}")];

    // In a handler, which may be run again.
    private static async Task<IReadOnlyList<GroupTurn>> RunAsync(
        Func<AgentContext, Task<IReadOnlyList<GroupTurn>>> ask, Action<GanglionBuilder>? configure = null)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            configure?.Invoke(ganglion);
            ganglion.AddAgent(
                "leader", agent => agent.On("questions", async (AgentContext context) => context.Publish("done", await ask(context))), options => options.RetryDelay = TimeSpan.Zero);
        });
        await host.AppendAsync("questions", "k", "{}");
        CloudEvent done = (await host.ReadAsync("done", 1))[0];
        return JsonSerializer.Deserialize<GroupTurn[]>(done.Data!.Value.Span, new EventDataOptions().Json)!;
    }
}
