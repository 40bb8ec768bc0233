using System.Text;
using Ganglion.Events;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards;

/// <summary>The text in the data of an event, as a list of parts in the order in which they stand there.</summary>
public sealed class GuardedText
{
    internal const int Deepest = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CloudEvent _event;
    private readonly TextPart[] _parts;
    private readonly bool _isJson;

    private GuardedText(CloudEvent cloudEvent, TextPart[] parts, bool isJson)
    {
        _event = cloudEvent;
        _parts = parts;
        _isJson = isJson;
        foreach (TextPart part in parts)
        {
            Length += part.Text.Length;
        }
    }

    /// <summary>The parts.</summary>
    public IReadOnlyList<TextPart> Parts => _parts;

    /// <summary>How many characters there are in all, as <see cref="string.Length"/> counts them.</summary>
    public int Length { get; }

    internal ReadOnlySpan<TextPart> Span => _parts;

    /// <summary>The event with some of its text changed. All else in its data stays as it is, byte for byte.</summary>
    /// <param name="change">Gets each part; returns its new text, or <see langword="null"/> to leave it as it is.</param>
    /// <returns>A changed event; the same one if nothing was changed.</returns>
    public CloudEvent Rewrite(Func<TextPart, string?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        string?[]? changes = null;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (change(_parts[i]) is { } text)
            {
                (changes ??= new string?[_parts.Length])[i] = text;
            }
        }

        return changes is null ? _event : Rewrite(changes);
    }

    /// <summary>Reads the text of an event.</summary>
    /// <exception cref="GuardException">It cannot be read.</exception>
    internal static GuardedText Read(CloudEvent cloudEvent, TextPaths paths)
    {
        if (cloudEvent.Data is not { IsEmpty: false } data)
        {
            return new GuardedText(cloudEvent, [], isJson: false);
        }

        if (MediaType.IsJson(cloudEvent.DataContentType))
        {
            return new GuardedText(cloudEvent, JsonText.Read(data, paths), isJson: true);
        }

        if (!MediaType.IsText(cloudEvent.DataContentType))
        {
            throw new GuardException("guard-data-unreadable", $"Data of the content type '{cloudEvent.DataContentType}' is neither JSON nor text in UTF-8.");
        }

        try
        {
            ReadOnlySpan<byte> bytes = data.Span;
            int start = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
            string text = StrictUtf8.GetString(bytes[start..]);
            return new GuardedText(cloudEvent, [new TextPart(text.AsMemory(), start, data.Length - start, isNumber: false)], isJson: false);
        }
        catch (DecoderFallbackException broken)
        {
            throw new GuardException("guard-data-unreadable", "The data says that it is text, but it is no UTF-8.", broken);
        }
    }

    /// <summary>The event with some of its text changed.</summary>
    /// <param name="changes">The new text of each part; <see langword="null"/> where it stays.</param>
    internal CloudEvent Rewrite(string?[] changes) => _event with
    {
        Data = _isJson ? JsonText.Rewrite(_event.Data!.Value.Span, _parts, changes) : Plain(changes[0]),
    };

    private ReadOnlyMemory<byte> Plain(string? changed) =>
        changed is null ? _event.Data!.Value : (byte[])[.. _event.Data!.Value.Span[.._parts[0].Start], .. Encoding.UTF8.GetBytes(changed)];
}
