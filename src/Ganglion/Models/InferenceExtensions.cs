using Ganglion.Agents;
using Ganglion.Models.Inference;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>Lets handlers ask models, so that no answer that is on the log is asked for again; and anybody, for answers of a type.</summary>
public static class InferenceExtensions
{
    /// <summary>Asks a model, as a step of the handler: a handler that is run again, after a crash or after it has waited, gets the answer that it got before.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="model">The model. Budgets, retries and whatever else is to happen once for each call stand around it already.</param>
    /// <param name="prompt">What the user says.</param>
    /// <param name="options">How. Default: see <see cref="InferenceOptions"/>.</param>
    /// <returns>The text of its answer.</returns>
    /// <exception cref="EffectFailedException">The call has failed as often as the agent's retries allow; that is recorded, too.</exception>
    /// <exception cref="ModelAnswerException">It asks for tools again and again (<c>model-tools-endless</c>).</exception>
    public static async Task<string> InferAsync(this AgentContext context, IChatClient model, string prompt, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ChatResponse response = await InferAsync(context, model, [new ChatMessage(ChatRole.User, prompt)], options).ConfigureAwait(true);
        return TextOf(response);
    }

    /// <inheritdoc cref="InferAsync(AgentContext, IChatClient, string, InferenceOptions?)"/>
    /// <param name="messages">What has been said, the oldest first.</param>
    /// <returns>
    /// All that came of it: what the model has said, and, where it has asked for tools, their results and what it has said to these. The tools are called as steps of the handler, too. The usage is
    /// that of all calls.
    /// </returns>
#pragma warning disable CS1573 // The others are inherited.
    public static Task<ChatResponse> InferAsync(this AgentContext context, IChatClient model, IEnumerable<ChatMessage> messages, InferenceOptions? options = null)
#pragma warning restore CS1573
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new InferenceRun(context, model, options).RunAsync(messages);
    }

    /// <inheritdoc cref="InferAsync(AgentContext, IChatClient, string, InferenceOptions?)"/>
    /// <typeparam name="TAnswer">
    /// The type of the answer. The model gets its JSON schema, and what it answers is read strictly, as the data of events are: nothing may be missing, nothing added, nothing stand
    /// around it. Attributes of <c>System.ComponentModel.DataAnnotations</c> count.
    /// </typeparam>
    /// <param name="context">The handler's context.</param>
    /// <param name="model">The model.</param>
    /// <param name="prompt">What the user says.</param>
    /// <param name="options">How.</param>
    /// <param name="check">What else is wrong with an answer, a sentence for each; nothing: it is good. Like the handler itself, it depends on nothing but the answer. Default: nothing.</param>
    /// <returns>The answer. A model that answers anything else is told what is wrong, and asked again, <see cref="InferenceOptions.Repairs"/> times.</returns>
    /// <exception cref="ModelAnswerException">Its last answer is none either (<c>model-answer-malformed</c>).</exception>
    public static Task<TAnswer> InferAsync<TAnswer>(
        this AgentContext context, IChatClient model, string prompt, InferenceOptions? options = null, Func<TAnswer, IEnumerable<string>>? check = null)
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return InferAsync(context, model, [new ChatMessage(ChatRole.User, prompt)], options, check);
    }

    /// <inheritdoc cref="InferAsync{TAnswer}(AgentContext, IChatClient, string, InferenceOptions?, Func{TAnswer, IEnumerable{string}}?)"/>
    /// <param name="messages">What has been said, the oldest first.</param>
#pragma warning disable CS1573 // The others are inherited.
    public static Task<TAnswer> InferAsync<TAnswer>(
        this AgentContext context, IChatClient model, IEnumerable<ChatMessage> messages, InferenceOptions? options = null, Func<TAnswer, IEnumerable<string>>? check = null)
#pragma warning restore CS1573
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(messages);
        options = InferenceOptions.Check(options);
        var run = new InferenceRun(context, model, options);
        return StructuredAnswer<TAnswer>.AskAsync((prompt, chat) => run.RunAsync(prompt, chat), messages, options.Chat, options.Repairs, check);
    }

    /// <summary>Asks a model for an answer of a type, outside of any handler: nothing is recorded.</summary>
    /// <typeparam name="TAnswer">The type of the answer, as for <see cref="InferAsync{TAnswer}(AgentContext, IChatClient, string, InferenceOptions?, Func{TAnswer, IEnumerable{string}}?)"/>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="messages">What has been said, the oldest first.</param>
    /// <param name="options">What is said beside it.</param>
    /// <param name="repairs">How often a model whose answer is none is told so, and asked again.</param>
    /// <param name="check">What else is wrong with an answer; nothing: it is good.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ModelAnswerException">Its last answer is none either (<c>model-answer-malformed</c>).</exception>
    public static Task<TAnswer> InferAsync<TAnswer>(
        this IChatClient model,
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        int repairs = 2,
        Func<TAnswer, IEnumerable<string>>? check = null,
        CancellationToken cancellationToken = default)
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(messages);
        return StructuredAnswer<TAnswer>.AskAsync((prompt, chat) => model.GetResponseAsync(prompt, chat, cancellationToken), messages, options, repairs, check);
    }

    /// <summary>
    /// A client for parts that take one: each of its calls is a step of the handler, as those of <see cref="InferAsync(AgentContext, IChatClient, string, InferenceOptions?)"/> are, and tools are the
    /// caller's affair. What is put around it has to go on where the handler runs, so no <c>ConfigureAwait(false)</c>.
    /// </summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">What the calls are called, and depend on.</param>
    public static IChatClient Journaled(this AgentContext context, IChatClient model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return new JournaledChatClient(context, model, InferenceOptions.Check(options));
    }

    // What it said before it asked for tools is not the answer.
    internal static string TextOf(ChatResponse response) => response.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant)?.Text ?? "";
}
