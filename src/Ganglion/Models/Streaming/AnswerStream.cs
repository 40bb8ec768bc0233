using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Streaming;

/// <summary>
/// One answer on its way to a channel. Parts that come while one is being written go together in the next, so a slow disk makes them fewer, and holds up nobody. If the process dies, the call
/// is made again, and the stream begins again with <see cref="Begun"/> and the same subject.
/// </summary>
internal sealed class AnswerStream
{
    /// <summary>The type of the event that comes first.</summary>
    public const string Begun = "answer.begun";

    /// <summary>The type of events with a part of the text.</summary>
    public const string Part = "answer.part";

    /// <summary>The type of the event that comes last.</summary>
    public const string Ended = "answer.ended";

    private const int MostCharacters = 32 * 1024;

    private readonly AnswerStreams _streams;
    private readonly string _channel;
    private readonly AgentContext _context;
    private readonly string _call;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isBroken;
    private long _sequence;

    private AnswerStream(AnswerStreams streams, string channel, AgentContext context, string call)
    {
        _streams = streams;
        _channel = channel;
        _context = context;
        _call = call;
    }

    /// <summary>Begins.</summary>
    /// <param name="streams">Publishes.</param>
    /// <param name="channel">Where to.</param>
    /// <param name="context">The handler that asks.</param>
    /// <param name="effect">The step in which it does.</param>
    /// <param name="name">What the step is called.</param>
    public static AnswerStream Begin(AnswerStreams streams, string channel, AgentContext context, EffectContext effect, string name)
    {
        var stream = new AnswerStream(streams, channel, context, effect.IdempotencyKey);
        stream._writing = stream.WriteAsync(Begun, new AnswerPart { Agent = context.Self.ToString(), Name = name });
        return stream;
    }

    /// <summary>More of the text has come. Takes no time.</summary>
    public void Add(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _text.Append(text);
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = WriteTextAsync(_writing);
            }
        }
    }

    /// <summary>There is no more.</summary>
    /// <param name="finish">Why it has ended; <see langword="null"/>: it has failed.</param>
    public async ValueTask EndAsync(ChatFinishReason? finish)
    {
        await _writing.ConfigureAwait(false);
        await WriteAsync(Ended, new AnswerPart { FinishReason = finish?.Value ?? "failed" }).ConfigureAwait(false);
    }

    // All that has come by then. Whoever adds to it does not wait.
    private async Task WriteTextAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Take() is { } text)
        {
            await WriteAsync(Part, new AnswerPart { Text = text }).ConfigureAwait(false);
        }
    }

    private string? Take()
    {
        lock (_lock)
        {
            if (_text.Length == 0)
            {
                _isWriting = false;
                return null;
            }

            // No half of a character.
            int length = _text.Length <= MostCharacters ? _text.Length : char.IsHighSurrogate(_text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
            string text = _text.ToString(0, length);
            _text.Remove(0, length);
            return text;
        }
    }

    private async Task WriteAsync(string type, AnswerPart part)
    {
        if (_isBroken)
        {
            return;
        }

        var shown = new CloudEvent(type, $"/agents/{_context.Self.Type}", _streams.Time)
        {
            Subject = _call,
            CorrelationId = _context.Conversation,
            CausationId = _context.Event.Id,
            SessionId = _context.Event.SessionId,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToUtf8Bytes(part, AnswerJson.Wire.AnswerPart),
            Extensions = new Dictionary<string, string> { ["sequence"] = _sequence++.ToString("D10", CultureInfo.InvariantCulture) },
        };
        _isBroken |= !await _streams.TryPublishAsync(_channel, shown, _context.Conversation).ConfigureAwait(false);
    }
}
