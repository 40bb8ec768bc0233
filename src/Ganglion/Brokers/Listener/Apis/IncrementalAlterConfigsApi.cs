using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// IncrementalAlterConfigs (44), versions 0–1: changes some settings of topics, and leaves the others as they are. KIP-339.
/// Deviations: topics only; what a topic was created without it has had from the broker's defaults once and for all, and keeps.
/// </summary>
internal sealed class IncrementalAlterConfigsApi(ListenerContext context) : ImmediateApi(ApiKey.IncrementalAlterConfigs, 0, 1, flexibleFrom: 1)
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
        List<(string Name, ConfigOperation Operation, string? Value)> changes = reader.ReadArray(static entry =>
        {
            (string, ConfigOperation, string?) read = (entry.ReadString(), (ConfigOperation)entry.ReadInt8(), entry.ReadNullableString());
            entry.SkipTags();
            return read;
        });
        reader.SkipTags();
        return new AlteredResource(
            type,
            name,
            settings => TopicConfiguration.Change(settings, changes.Select(change => new ConfigChange(change.Name, change.Operation, change.Value ?? ""))))
        {
            Fault = changes.Find(change => !Enum.IsDefined(change.Operation)) is { Name: { } unknown }
                ? $"What is to be done to {unknown} is not known."
                : AlteredResource.FaultOf(
                    changes.ConvertAll(change => (change.Name, HasValue: change.Value is not null || change.Operation == ConfigOperation.Delete))),
        };
    }
}
