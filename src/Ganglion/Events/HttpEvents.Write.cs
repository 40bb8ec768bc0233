namespace Ganglion.Events;

public static partial class HttpEvents
{
    /// <summary>Writes an event in binary mode: attributes as headers, the data, uncopied, as the body.</summary>
    /// <param name="cloudEvent">The event.</param>
    public static HttpEventMessage Write(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var headers = new List<KeyValuePair<string, string>>();
        foreach ((string name, string value) in cloudEvent.Attributes())
        {
            if (name != "datacontenttype")
            {
                headers.Add(new("ce-" + name, PercentEncoding.Encode(value)));
            }
            else if (cloudEvent.Data is not null)
            {
                headers.Add(new(ContentType, value));
            }
        }

        return new HttpEventMessage(headers, cloudEvent.Data ?? default);
    }

    /// <summary>Writes an event in structured mode: all of it as JSON in the body.</summary>
    /// <param name="cloudEvent">The event.</param>
    public static HttpEventMessage WriteStructured(CloudEvent cloudEvent) =>
        new([new(ContentType, Structured + "; charset=UTF-8")], EventJson.Write(cloudEvent));

    /// <summary>Writes events in batched mode: all of them as a JSON array in the body.</summary>
    /// <param name="cloudEvents">The events; may be none.</param>
    public static HttpEventMessage WriteBatch(IEnumerable<CloudEvent> cloudEvents) =>
        new([new(ContentType, Batched + "; charset=UTF-8")], EventJson.WriteBatch(cloudEvents));
}
