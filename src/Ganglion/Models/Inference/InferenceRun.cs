using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Inference;

/// <summary>Asks a model until it has answered: each call of it, and of each tool that it asks for, is a step of the handler.</summary>
internal sealed class InferenceRun
{
    private readonly AgentContext _context;
    private readonly InferenceOptions _options;
    private readonly IChatClient _model;
    private readonly TurnRange? _turns;

    public InferenceRun(AgentContext context, IChatClient model, InferenceOptions? options, TurnRange? turns = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        _context = context;
        _options = InferenceOptions.Check(options);
        _model = model;
        _turns = turns;
    }

    /// <summary>Asks.</summary>
    /// <param name="messages">What has been said.</param>
    /// <param name="chat">What is said beside it. Default: as the options say.</param>
    /// <returns>All that was said since.</returns>
    public async Task<ChatResponse> RunAsync(IEnumerable<ChatMessage> messages, ChatOptions? chat = null)
    {
        chat ??= _options.Chat;
        using var model = new JournaledChatClient(_context, _model, _options) { Turns = _turns };
        List<ChatMessage> prompt = [.. messages];
        return await model.GetResponseAsync(prompt, chat).ConfigureAwait(true);
    }
}
