using Ganglion.Agents;
using Ganglion.Tools;
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
        var said = new ChatResponse();
        for (int round = 0; ; round++)
        {
            ChatResponse response = await model.GetResponseAsync(prompt, chat).ConfigureAwait(true);
            Add(said, response);
            FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
            if (calls.Length == 0)
            {
                return said;
            }

            if (round == _options.MaxToolRounds)
            {
                throw new ModelAnswerException(
                    ModelAnswerException.Endless, $"The model {response.ModelId} has asked for tools {round} times, and asks again. Say in the prompt when it is to stop, or raise MaxToolRounds.");
            }

            IReadOnlyList<FunctionResultContent> results = await _context.CallToolsAsync(calls, [.. chat?.Tools ?? []]).ConfigureAwait(true);
            var told = new ChatMessage(ChatRole.Tool, [.. results]);
            said.Messages.Add(told);
            prompt.AddRange(response.Messages);
            prompt.Add(told);
        }
    }

    private static void Add(ChatResponse said, ChatResponse response)
    {
        foreach (ChatMessage message in response.Messages)
        {
            said.Messages.Add(message);
        }

        (said.ModelId, said.FinishReason) = (response.ModelId, response.FinishReason);
        if (response.Usage is { } usage)
        {
            (said.Usage ??= new UsageDetails()).Add(usage);
        }
    }
}
