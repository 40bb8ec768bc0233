using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Architecture;

/// <summary>The code of docs/state.md, compiled.</summary>
internal static class StateExample
{
    public const string Path = "tests/Architecture/StateExample.cs";

    [EventType("turn-said")]
    [EventVersion("1.0")]
    public sealed record TurnSaid(string Who, string Text);

    public sealed class Conversation : IApply<TurnSaid>
    {
        public List<TurnSaid> Turns { get; init; } = [];

        public void Apply(TurnSaid change) => Turns.Add(change);
    }

    [Agent("assistant")]
    public sealed class Assistant(IModel model) : Agent
    {
        [On("user.said")]
        public async Task HearAsync(TurnSaid said, AgentContext context)
        {
            context.ChangeState<Conversation, TurnSaid>(said);
            string answer = await context.RunAsync("answer", _ => model.AnswerAsync(context.GetState<Conversation>()!.Turns));
            context.ChangeState<Conversation, TurnSaid>(new TurnSaid("assistant", answer));
            context.Publish("assistant.said", answer);
        }
    }

    public static async Task CompareAsync(AgentStates states, DateTimeOffset yesterday, CancellationToken cancellationToken)
    {
        var id = new AgentId(new AgentType("assistant"), "session-7");
        AgentState? now = await states.FindAsync(id, cancellationToken: cancellationToken);
        AgentState? then = await states.FindAsync(id, OffsetPosition.Since(yesterday), cancellationToken);
        Console.WriteLine($"{then?.Read<Conversation>().Turns.Count ?? 0} turns then, {now?.Read<Conversation>().Turns.Count ?? 0} now");

        await foreach (AgentStateChange change in states.ReadHistoryAsync(id, cancellationToken))
        {
            Console.WriteLine($"{change.Event.Time}: {change.Kind} {change.Name}, because of {change.Event.CausationId}");
        }
    }

    public sealed record Counter(int Count);

    [Agent("counter")]
    public sealed class Counting : Agent
    {
        [On("visits")]
        public void Count(AgentContext context) =>
            context.SetState(new Counter((context.GetState<Counter>()?.Count ?? 0) + 1));
    }

    public interface IModel
    {
        Task<string> AnswerAsync(IReadOnlyList<TurnSaid> turns);
    }
}
