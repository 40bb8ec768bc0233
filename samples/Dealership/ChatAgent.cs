using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Dealership;

/// <summary>Answers the visitors of the dealership's website, and the programs of its customers; each of them is an instance of its own.</summary>
[Agent(Name)]
public sealed class ChatAgent(IChatClient model) : Agent
{
    public const string Name = "dealership-chat";

    private static readonly ChatMessage Instructions =
        new(ChatRole.System, "You work for a Mercedes dealership. Help visitors of its website to find a car, in a sentence or two.");

    [On(Channels.Messages)]
    [On(Channels.Requests)]
    public async Task AnswerAsync(UserMessage said, AgentContext context)
    {
        context.ChangeState<Conversation, TurnSaid>(new TurnSaid(ByVisitor: true, said.Message));
        ChatMessage[] prompt = [Instructions, .. context.GetState<Conversation>()!.ToPrompt()];

        // Recorded: whatever is killed when, no question is paid for twice.
        string answer = await context.RunAsync("answer", async effect =>
            (await model.GetResponseAsync(prompt, cancellationToken: effect.CancellationToken)).Text);

        context.ChangeState<Conversation, TurnSaid>(new TurnSaid(ByVisitor: false, answer));
        context.Publish(Channels.Responses, new AgentResponse(answer));
    }
}
