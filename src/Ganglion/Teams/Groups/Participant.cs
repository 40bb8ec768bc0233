using Ganglion.Agents;
using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Teams.Groups;

/// <summary>Somebody in a group: a model with instructions, an agent, or code. What it says is a step of the handler that leads the group.</summary>
public sealed class Participant
{
    private readonly Func<AgentContext, GroupQuestion, Task<GroupReply>> _reply;

    /// <summary>Code that takes part.</summary>
    /// <param name="name">What the group calls it.</param>
    /// <param name="description">What it does, for those who choose among participants.</param>
    /// <param name="reply">Replies. It is code of the handler: what may differ each time it does as an operation of the context.</param>
    public Participant(string name, string description, Func<AgentContext, GroupQuestion, Task<GroupReply>> reply)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(reply);
        Name = name;
        Description = description;
        _reply = reply;
    }

    /// <summary>What the group calls it.</summary>
    public string Name { get; }

    /// <summary>What it does, for those who choose among participants.</summary>
    public string Description { get; }

    /// <summary>A model that plays a part.</summary>
    /// <param name="name">What the group calls it.</param>
    /// <param name="description">What it does.</param>
    /// <param name="model">The model.</param>
    /// <param name="instructions">What it is to be.</param>
    /// <param name="options">How it is asked. Default: see <see cref="InferenceOptions"/>.</param>
    public static Participant OfModel(string name, string description, IChatClient model, string instructions, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(instructions);
        InferenceOptions asked = options ?? new InferenceOptions { Name = $"{name} says" };
        return new Participant(name, description, async (context, question) =>
        {
            ChatMessage[] prompt = [.. PromptOf(name, instructions, question)];
            return question is { Judges: false, HandOffs.Count: 0 }
                ? new GroupReply((await context.InferAsync(model, prompt, asked).ConfigureAwait(true)).Messages[^1].Text)
                : await context.InferAsync<GroupReply>(model, prompt, asked, reply => FaultsOf(reply, question)).ConfigureAwait(true);
        });
    }

    /// <summary>An agent, in whatever process it runs: it handles a request with a <see cref="GroupQuestion"/> and replies with a <see cref="GroupReply"/>.</summary>
    /// <param name="name">What the group calls it.</param>
    /// <param name="description">What it does.</param>
    /// <param name="agent">The instance.</param>
    /// <param name="request">What the request is called.</param>
    /// <param name="timeout">How long to wait for its reply; then the handler gets a <see cref="RequestTimeoutException"/>. Default: for ever.</param>
    public static Participant OfAgent(string name, string description, AgentId agent, string request, TimeSpan? timeout = null) =>
        new(name, description, (context, question) => context.CallAsync<GroupReply>(agent, request, question, timeout));

    internal Task<GroupReply> ReplyAsync(AgentContext context, GroupQuestion question) => _reply(context, question);

    // Its own words are the assistant's; what others say is told as theirs.
    private static IEnumerable<ChatMessage> PromptOf(string name, string instructions, GroupQuestion question)
    {
        string handOffs = question.HandOffs.Count == 0
            ? ""
            : $"\nWhat is not for you, hand off to one of these:\n{string.Join('\n', question.HandOffs.Select(other => $"- {other.Key}: {other.Value}"))}";
        yield return new ChatMessage(ChatRole.System, instructions + handOffs);
        foreach (GroupTurn turn in question.Turns)
        {
            yield return turn.Speaker == name
                ? new ChatMessage(ChatRole.Assistant, turn.Text)
                : new ChatMessage(ChatRole.User, turn.Speaker == GroupTurn.Asker ? turn.Text : $"{turn.Speaker} says:\n{turn.Text}");
        }
    }

    private static IEnumerable<string> FaultsOf(GroupReply reply, GroupQuestion question) => reply.HandOffTo is not { } to || question.HandOffs.ContainsKey(to)
        ? []
        : [question.HandOffs.Count == 0 ? "Nobody is there to hand off to: leave hand_off_to null." : $"'{to}' is not there: hand off to {string.Join(" or ", question.HandOffs.Keys)}, or to nobody."];
}
