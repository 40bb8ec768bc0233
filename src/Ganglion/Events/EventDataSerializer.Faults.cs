using System.Text.Json;

namespace Ganglion.Events;

public sealed partial class EventDataSerializer
{
    private static EventDataException Missing(CloudEvent e, Type type) =>
        new("event-data-missing", $"{e} has no data, but is to be read as {type.Name}. Send data, or handle the event as CloudEvent.", e);

    private static EventDataException Null(CloudEvent e, DataType type) =>
        new("event-data-mismatch", $"The data of {e} is null, but {type.Type.Name} is needed. Send an object.", e, "$");

    private static EventDataException Unreadable(CloudEvent e, DataType type, Exception broken)
    {
        string? path = (broken as JsonException)?.Path;

        // What the reader itself finds is of a private type derived from JsonException, and the serializer wraps it.
        return broken is JsonException && (broken.InnerException is JsonException || broken.GetType() != typeof(JsonException))
            ? new EventDataException(
                "event-data-malformed", $"The data of {e} is not JSON that can be read: {broken.Message} Correct its producer.", e, path, broken)
            : new EventDataException(
                "event-data-mismatch",
                $"The data of {e} does not fit {type.Type.Name}: {broken.Message} Correct its producer, or teach the type this shape.",
                e,
                path,
                broken);
    }

    private static EventDataException Unreadable(CloudEvent e, Type type, IDataSerializer serializer, Exception broken) => new(
        "event-data-malformed",
        $"The data of {e}, '{e.DataContentType}', cannot be read as {type.Name} by {serializer.GetType().Name}: {broken.Message} Correct its producer, or teach the serializer this shape.",
        e,
        innerException: broken);

    private static EventDataException Misread(CloudEvent e, Type type, IDataSerializer serializer, object? read) => new(
        "event-data-mismatch",
        $"The data of {e}, '{e.DataContentType}', is to be read as {type.Name}, and {serializer.GetType().Name} has read {(read is null ? "nothing" : "a " + read.GetType().Name)}. Correct its producer, or teach the serializer this shape.",
        e);

    private EventDataException NoSerializer(CloudEvent e, DataType type) => new(
        "serializer-not-found",
        $"{e} is to be read as {type.Type.Name}, but its data is '{e.DataContentType}', and there is no serializer for that, only for "
            + $"{string.Join(", ", (_others?.ContentTypes ?? []).Prepend(MediaType.Json))}. Register one, let the producer send one of these, or take the bytes as ReadOnlyMemory<byte>.",
        e);

    private static EventDataException UnknownVersion(CloudEvent e, DataType type, string text, DataVersion version) =>
        new(
            "event-data-version",
            version.Order > type.Version.Order
                ? $"The data of {e} has the version {text}, newer than {type.VersionText}, which {type.Type.Name} is. Update this program."
                : $"The data of {e} has {(text.Length == 0 ? "no version" : $"the version {text}")}, and no upcaster leads from there to "
                    + $"{type.VersionText}, which {type.Type.Name} is. Register one.",
            e);
}
