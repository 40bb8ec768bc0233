using Ganglion.Agents;
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
