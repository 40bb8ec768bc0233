using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// AlterConfigs (33), versions 0–2: gives topics other settings; those that are not named go back to the broker's defaults. KIP-133.
/// Deviations: topics only.
/// </summary>
internal sealed class AlterConfigsApi(ListenerContext context) : ImmediateApi(ApiKey.AlterConfigs, 0, 2, flexibleFrom: 2)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        AlteredResource.AlterAll(context, request, ReadResource, response);
        return ValueTask.CompletedTask;
    }

    private static AlteredResource ReadResource(WireReader reader)
    {
        sbyte type = reader.ReadInt8();
        string name = reader.ReadString();
        List<KeyValuePair<string, string?>> entries = reader.ReadArray(static entry =>
        {
            KeyValuePair<string, string?> read = new(entry.ReadString(), entry.ReadNullableString());
            entry.SkipTags();
            return read;
        });
        reader.SkipTags();
        return new AlteredResource(type, name, settings => TopicConfiguration.Parse(entries, settings.Partitions))
        {
            Fault = AlteredResource.FaultOf(entries.ConvertAll(entry => (entry.Key, HasValue: entry.Value is not null))),
        };
    }
}
