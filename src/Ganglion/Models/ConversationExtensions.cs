using Ganglion.Agents;
using Ganglion.Models.Inference;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>Lets handlers lead conversations.</summary>
public static class ConversationExtensions
{
    /// <summary>
    /// Says something to a model in the conversation that the instance remembers, and remembers what it answers. The model is given the turns before, the tools that it asks for are called,
    /// and each turn is stored once: a call of the model stores which turns it was given (<see cref="ConversationTurn.Prompt"/>), not what they say.
    /// </summary>
    /// <param name="context">The handler's context. Only one handler of an instance leads its conversation at a time, if it is <see cref="ExclusiveAttribute"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="said">What is said.</param>
    /// <param name="options">How. Default: see <see cref="ConversationOptions"/>.</param>
    /// <returns>What the model has answered, and all that was said on the way there.</returns>
    /// <exception cref="EffectFailedException">The call has failed as often as the agent's retries allow. What was said is remembered, if the handler goes on.</exception>
    /// <exception cref="ModelAnswerException">The model asks for tools again and again (<c>model-tools-endless</c>).</exception>
    public static Task<ChatResponse> ConverseAsync(this AgentContext context, IChatClient model, string said, ConversationOptions? options = null) =>
        context.ConverseAsync<Conversation>(model, new ChatMessage(ChatRole.User, said), options);

    /// <inheritdoc cref="ConverseAsync(AgentContext, IChatClient, string, ConversationOptions?)"/>
    /// <typeparam name="TState">What the instance remembers.</typeparam>
    public static async Task<ChatResponse> ConverseAsync<TState>(this AgentContext context, IChatClient model, ChatMessage said, ConversationOptions? options = null)
        where TState : Conversation, new()
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(said);
        options ??= new ConversationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PromptTokens, 1, nameof(options));
        context.ChangeState<TState, ConversationTurn>(ConversationTurn.Of(said));
        TState conversation = context.GetState<TState>()!;
        TurnRange range = conversation.Newest(options.PromptTokens);
        IEnumerable<ChatMessage> prompt = conversation.Turns.Skip(range.From).Select(turn => turn.ToMessage());
        if (options.Instructions is { } instructions)
        {
            prompt = prompt.Prepend(new ChatMessage(ChatRole.System, instructions));
        }

        ChatResponse response = await new InferenceRun(context, model, options.Inference, range).RunAsync(prompt).ConfigureAwait(true);
        foreach (ChatMessage message in response.Messages)
        {
            bool isOfModel = message.Role == ChatRole.Assistant;
            context.ChangeState<TState, ConversationTurn>(ConversationTurn.Of(message) with { Prompt = isOfModel ? range : null, Model = isOfModel ? response.ModelId : null });

            // Each call of a tool loop was given what was said in it before.
            range = range with { Count = range.Count + 1 };
        }

        return response;
    }
}
