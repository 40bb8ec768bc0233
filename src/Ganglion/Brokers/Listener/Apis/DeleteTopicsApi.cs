using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>DeleteTopics (20), versions 0–6: deletes topics, by name or by id. KIP-4, KIP-516.</summary>
internal sealed class DeleteTopicsApi(ListenerContext context) : ImmediateApi(ApiKey.DeleteTopics, 0, 6, flexibleFrom: 4)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<(string? Name, Guid Id)> topics = request.Version >= 6
            ? body.ReadArray(ReadTopic)
            : body.ReadArray(static reader => ((string?)reader.ReadString(), Guid.Empty));
        body.ReadInt32(); // How long it may take.
        body.SkipTags();

        HashSet<string> twice =
        [
            .. topics.Select(topic => NameOf(topic.Name, topic.Id)).OfType<string>().CountBy(name => name).Where(count => count.Value > 1).Select(count => count.Key),
        ];
        var deleted = new List<DeletedTopic>(topics.Count);
        foreach ((string? name, Guid id) in topics)
        {
            string? fault = name is null && id == Guid.Empty ? "Neither a name nor an id is given."
                : name is not null && id != Guid.Empty ? "Give the topic's name or its id, not both: they may be those of two topics."
                : NameOf(name, id) is { } known && twice.Contains(known) ? $"'{known}' is named twice."
                : null;
            deleted.Add(fault is null
                ? await DeleteAsync(name, id, request.Session, cancellationToken).ConfigureAwait(false)
                : new DeletedTopic(name, id, ErrorCode.InvalidRequest, fault));
        }

        Write(response, request.Version, deleted);
    }

    private static (string? Name, Guid Id) ReadTopic(WireReader reader)
    {
        string? name = reader.ReadNullableString();
        Guid id = reader.ReadUuid();
        reader.SkipTags();
        return (name, id);
    }

    private string? NameOf(string? name, Guid id) => name ?? context.Broker.Catalog.Find(id)?.Name;

    private async ValueTask<DeletedTopic> DeleteAsync(string? name, Guid id, ClientSession client, CancellationToken cancellationToken)
    {
        name = NameOf(name, id);
        if (name is null)
        {
            return new DeletedTopic(null, id, ErrorCode.UnknownTopicId, $"There is no topic with the id {id}.");
        }

        id = context.Broker.Catalog.Find(name)?.Id ?? Guid.Empty;
        try
        {
            await context.Broker.Topics.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            context.AgentTopics.Deleted(client, name);
            return new DeletedTopic(name, id, ErrorCode.None, null);
        }
        catch (GanglionException exception)
        {
            return new DeletedTopic(name, id, Errors.CodeOf(exception), exception.Message);
        }
    }

    private static void Write(WireWriter response, short version, List<DeletedTopic> deleted)
    {
        if (version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(deleted, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            if (version >= 6)
            {
                writer.WriteUuid(topic.Id);
            }

            writer.WriteError(topic.Error);
            if (version >= 5)
            {
                writer.WriteFault(topic.Fault);
            }

            writer.WriteTags();
        });
        response.WriteTags();
    }

    private sealed record DeletedTopic(string? Name, Guid Id, ErrorCode Error, string? Fault);
}
