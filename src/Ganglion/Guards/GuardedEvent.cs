using Ganglion.Events;

namespace Ganglion.Guards;

/// <summary>An event that is judged: the event, where it comes from, and the text in it. It is for one guard at a time.</summary>
public sealed class GuardedEvent
{
    // A guard asks for the text at its own paths again and again; several guards seldom have several.
    private List<(TextPaths Paths, GuardedText Text)>? _texts;

    /// <summary>Makes an event ready to be judged. Nothing of its data is looked at yet.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="channel">The name of the channel that it is on.</param>
    /// <param name="key">The key of its record. Default: it has none.</param>
    public GuardedEvent(CloudEvent cloudEvent, string channel, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        ArgumentNullException.ThrowIfNull(channel);
        Event = cloudEvent;
        Channel = channel;
        Key = key;
    }

    /// <summary>The event.</summary>
    public CloudEvent Event { get; }

    /// <summary>The name of the channel that it is on.</summary>
    public string Channel { get; }

    /// <summary>The key of its record, if it has one.</summary>
    public string? Key { get; }

    /// <summary>All the text in its data.</summary>
    /// <exception cref="GuardException">The data cannot be read as text; see <see cref="TextAt"/>.</exception>
    public GuardedText Text => TextAt(TextPaths.All);

    /// <summary>The text in some places of its data. It is read once.</summary>
    /// <param name="paths">The places. Data that is text and not JSON has no places, and is there as a whole.</param>
    /// <returns>The text; none if there is no data, or nothing in those places.</returns>
    /// <exception cref="GuardException">
    /// <c>guard-data-unreadable</c>: it is neither JSON nor text, broken JSON or UTF-8, or nested deeper than 64.
    /// </exception>
    public GuardedText TextAt(TextPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach ((TextPaths known, GuardedText text) in _texts ?? [])
        {
            if (ReferenceEquals(known, paths))
            {
                return text;
            }
        }

        GuardedText read = GuardedText.Read(Event, paths);
        (_texts ??= new(1)).Add((paths, read));
        return read;
    }

    /// <summary>The same place with another event.</summary>
    internal GuardedEvent With(CloudEvent changed) => new(changed, Channel, Key);
}
