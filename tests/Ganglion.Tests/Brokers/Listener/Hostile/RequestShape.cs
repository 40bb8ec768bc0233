using System.Globalization;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>
/// What the body of a request is made of, after Kafka's message definitions (clients/src/main/resources/common/message), in short:
/// <c>name:type@first-last</c>, where the versions are those that have the field; <c>[…]</c> is a list, <c>?[…]</c> one that may be null.
/// </summary>
internal sealed class RequestShape
{
    private static readonly Dictionary<ApiKey, string> Shapes = new()
    {
        [ApiKey.Produce] = "txn:nstr acks:i16 timeout:i32 topics:[name:str partitions:[index:i32 records:records]]",
        [ApiKey.Fetch] = "replica:i32@0-14 wait:i32 min:i32 max:i32 isolation:i8 session:i32@7 round:i32@7 "
            + "topics:[name:str@0-12 id:uuid@13 partitions:[index:i32 leader:i32@9 offset:i64 last:i32@12 start:i64@5 max:i32]] "
            + "forgotten:[name:str@0-12 id:uuid@13 partitions:[i32]]@7 rack:str@11",
        [ApiKey.ListOffsets] = "replica:i32 isolation:i8@2 topics:[name:str partitions:[index:i32 leader:i32@4 time:i64]]",
        [ApiKey.Metadata] = "topics:?[id:uuid@10 name:str@0-9 name:nstr@10] creates:bool@4 tells:bool@8-10 tells:bool@8",
        [ApiKey.OffsetCommit] = "group:str generation:i32 member:str instance:nstr@7 retention:i64@0-4 "
            + "topics:[name:str partitions:[index:i32 offset:i64 leader:i32@6 metadata:nstr]]",
        [ApiKey.OffsetFetch] = "group:str@0-7 topics:?[name:str partitions:[i32]]@0-7 groups:[group:str member:nstr@9 generation:i32@9 topics:?[name:str partitions:[i32]]]@8 stable:bool@7",
        [ApiKey.FindCoordinator] = "group:str@0-3 type:i8@1 keys:[str]@4",
        [ApiKey.JoinGroup] = "group:str expiry:i32 rebalance:i32@1 member:str instance:nstr@5 type:str protocols:[name:str metadata:bytes] reason:nstr@8",
        [ApiKey.Heartbeat] = "group:str generation:i32 member:str instance:nstr@3",
        [ApiKey.LeaveGroup] = "group:str member:str@0-2 members:[member:str instance:nstr reason:nstr@5]@3",
        [ApiKey.SyncGroup] = "group:str generation:i32 member:str instance:nstr@3 type:nstr@5 protocol:nstr@5 assignments:[member:str assignment:bytes]",
        [ApiKey.DescribeGroups] = "groups:[str] tells:bool@3",
        [ApiKey.ListGroups] = "states:[str]@4 types:[str]@5",
        [ApiKey.SaslHandshake] = "mechanism:str",
        [ApiKey.ApiVersions] = "software:str@3 release:str@3",
        [ApiKey.CreateTopics] = "topics:[made:str count:i32 copies:i16 places:[index:i32 brokers:[i32]] settings:[key:str value:nstr]] timeout:i32 validates:bool@1",
        [ApiKey.DeleteTopics] = "topics:[str]@0-5 topics:[gone:nstr nothing:uuid]@6 timeout:i32",
        [ApiKey.DeleteRecords] = "topics:[name:str partitions:[index:i32 offset:i64]] timeout:i32",
        [ApiKey.InitProducerId] = "txn:nstr expiry:i32 producer:i64@3 epoch:i16@3",
        [ApiKey.OffsetForLeaderEpoch] = "replica:i32@3 topics:[name:str partitions:[index:i32 current:i32@2 leader:i32]]",
        [ApiKey.AddPartitionsToTxn] = "txn:str producer:i64 epoch:i16 topics:[name:str partitions:[i32]]",
        [ApiKey.AddOffsetsToTxn] = "txn:str producer:i64 epoch:i16 group:str",
        [ApiKey.EndTxn] = "txn:str producer:i64 epoch:i16 commits:bool",
        [ApiKey.TxnOffsetCommit] = "txn:str group:str producer:i64 epoch:i16 generation:i32@3 member:str@3 instance:nstr@3 "
            + "topics:[name:str partitions:[index:i32 offset:i64 leader:i32@2 metadata:nstr]]",
        [ApiKey.DescribeConfigs] = "resources:[kind:i8 name:str keys:?[str]] synonyms:bool@1 explains:bool@3",
        [ApiKey.AlterConfigs] = "resources:[kind:i8 name:str settings:[key:str value:nstr]] validates:bool",
        [ApiKey.SaslAuthenticate] = "token:bytes",
        [ApiKey.CreatePartitions] = "topics:[name:str count:i32 places:?[brokers:[i32]]] timeout:i32 validates:bool",
        [ApiKey.DeleteGroups] = "groups:[str]",
        [ApiKey.IncrementalAlterConfigs] = "resources:[kind:i8 name:str settings:[key:str operation:i8 value:nstr]] validates:bool",
        [ApiKey.OffsetDelete] = "group:str topics:[name:str partitions:[i32]]",
        [ApiKey.DescribeCluster] = "tells:bool endpoint:i8@1",
        [ApiKey.DescribeProducers] = "topics:[name:str partitions:[i32]]",
        [ApiKey.DescribeTransactions] = "txns:[str]",
        [ApiKey.ConsumerGroupHeartbeat] = "group:str member:str generation:i32 instance:nstr rack:nstr expiry:i32 topics:?[str] pattern:nstr@1 assignor:nstr "
            + "owned:?[id:uuid partitions:[i32]]",
        [ApiKey.ConsumerGroupDescribe] = "groups:[str] tells:bool",
        [ApiKey.ListTransactions] = "states:[str] producers:[i64] longer:i64@1",
    };

    private readonly List<Field> _fields;

    private RequestShape(string text)
    {
        int position = 0;
        _fields = ParseFields(text, ref position);
    }

    /// <summary>The shape of a request. A request that is served has one here.</summary>
    public static RequestShape Of(ApiKey key) =>
        new(Shapes.GetValueOrDefault(key) ?? throw new InvalidOperationException($"Say in {nameof(RequestShape)} what {key} is made of, so that it is tried."));

    /// <summary>Writes a body.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="version">The version of the request.</param>
    /// <param name="values">What the fields hold.</param>
    public void Write(WireWriter writer, short version, IRequestValues values) => Write(writer, _fields, version, values, depth: 0);

    private static void Write(WireWriter writer, List<Field> fields, short version, IRequestValues values, int depth)
    {
        foreach (Field field in fields.Where(field => version >= field.First && version <= field.Last))
        {
            Write(writer, field, version, values, depth);
        }

        writer.WriteTags();
    }

    private static void Write(WireWriter writer, Field field, short version, IRequestValues values, int depth)
    {
        switch (field.Type)
        {
            case "list":
                writer.WriteArray(Enumerable.Range(0, values.Count(field.Name, depth)).ToList(), (items, _) => Write(items, field.Items!, version, values, depth + 1));
                break;
            case "values":
                writer.WriteArray(Enumerable.Range(0, values.Count(field.Name, depth)).ToList(), (items, _) => Write(items, field.Items![0], version, values, depth + 1));
                break;
            case "str" or "nstr":
                writer.WriteString(values.Text(field.Name));
                break;
            case "bytes":
                writer.WriteBytes(values.Bytes(field.Name));
                break;
            case "records":
                writer.WriteBytes(values.Records());
                break;
            case "uuid":
                writer.WriteUuid(values.Id(field.Name));
                break;
            case "i64":
                writer.WriteInt64(values.Number(field.Name));
                break;
            case "i32":
                writer.WriteInt32((int)values.Number(field.Name));
                break;
            case "i16":
                writer.WriteInt16((short)values.Number(field.Name));
                break;
            case "i8" or "bool":
                writer.WriteInt8((sbyte)values.Number(field.Name));
                break;
            default:
                throw new InvalidOperationException($"There is no type '{field.Type}'.");
        }
    }

    private static List<Field> ParseFields(string text, ref int position)
    {
        var fields = new List<Field>();
        while (position < text.Length && text[position] != ']')
        {
            fields.Add(ParseField(text, ref position));
        }

        return fields;
    }

    private static Field ParseField(string text, ref int position)
    {
        string name = Take(text, ref position, ":");
        position++;
        if (text[position] == '?')
        {
            position++;
        }

        Field field;
        if (text[position] == '[')
        {
            position++;
            int end = text.IndexOf(']', position);
            bool isPlain = !text[position..end].Contains(':', StringComparison.Ordinal);
            field = isPlain
                ? new Field(name, "values", [new Field(name, Take(text, ref position, "]"), null)])
                : new Field(name, "list", ParseFields(text, ref position));
            position++;
        }
        else
        {
            field = new Field(name, Take(text, ref position, "@ ]"), null);
        }

        if (position < text.Length && text[position] == '@')
        {
            position++;
            string[] versions = Take(text, ref position, " ]").Split('-');
            field = field with
            {
                First = short.Parse(versions[0], CultureInfo.InvariantCulture),
                Last = versions.Length > 1 ? short.Parse(versions[1], CultureInfo.InvariantCulture) : short.MaxValue,
            };
        }

        if (position < text.Length && text[position] == ' ')
        {
            position++;
        }

        return field;
    }

    private static string Take(string text, ref int position, string ends)
    {
        int end = text.AsSpan(position).IndexOfAny(ends);
        string taken = end < 0 ? text[position..] : text[position..(position + end)];
        position += taken.Length;
        return taken;
    }

    private sealed record Field(string Name, string Type, List<Field>? Items)
    {
        public short First { get; init; }

        public short Last { get; init; } = short.MaxValue;
    }
}
