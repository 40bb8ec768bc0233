using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Changes and reads the settings of topics over the wire.</summary>
internal static class ConfigRequests
{
    public const sbyte Topic = 2;

    private const sbyte Set = 0;

    /// <summary>AlterConfigs: gives a topic these settings, and no other.</summary>
    public static Task<(ErrorCode Error, string? Fault)> AlterAsync(
        this ListenerClient client, short version, string topic, bool onlyValidates, params (string Name, string? Value)[] entries) =>
        AskAsync(
            client,
            ApiKey.AlterConfigs,
            version,
            isFlexible: version >= 2,
            onlyValidates,
            [(Topic, topic)],
            writer => writer.WriteArray(entries, static (configs, entry) =>
            {
                configs.WriteString(entry.Name);
                configs.WriteString(entry.Value);
                configs.WriteTags();
            }));

    /// <summary>IncrementalAlterConfigs: sets one setting.</summary>
    public static Task<(ErrorCode Error, string? Fault)> SetAsync(this ListenerClient client, string topic, string name, string value) =>
        client.ChangeAsync(1, Topic, topic, onlyValidates: false, (name, Set, value));

    /// <summary>IncrementalAlterConfigs.</summary>
    public static Task<(ErrorCode Error, string? Fault)> ChangeAsync(
        this ListenerClient client, short version, sbyte type, string name, bool onlyValidates, params (string Name, sbyte Operation, string? Value)[] changes) =>
        client.ChangeAsync(version, [(type, name)], onlyValidates, changes);

    /// <summary>IncrementalAlterConfigs of several resources; the answer of the first.</summary>
    public static Task<(ErrorCode Error, string? Fault)> ChangeAsync(
        this ListenerClient client,
        short version,
        (sbyte Type, string Name)[] resources,
        bool onlyValidates,
        params (string Name, sbyte Operation, string? Value)[] changes) =>
        AskAsync(
            client,
            ApiKey.IncrementalAlterConfigs,
            version,
            isFlexible: version >= 1,
            onlyValidates,
            resources,
            writer => writer.WriteArray(changes, static (configs, change) =>
            {
                configs.WriteString(change.Name);
                configs.WriteInt8(change.Operation);
                configs.WriteString(change.Value);
                configs.WriteTags();
            }));

    /// <summary>DescribeConfigs.</summary>
    public static async Task<Dictionary<string, string?>> DescribeAsync(this ListenerClient client, string topic)
    {
        WireReader answer = await client.AskAsync(ApiKey.DescribeConfigs, 0, writer => writer.WriteArray([topic], static (resources, name) =>
        {
            resources.WriteInt8(Topic);
            resources.WriteString(name);
            resources.WriteArray<string>(null, static (_, _) => { });
        }));
        answer.ReadInt32();
        return answer.ReadArray(static resource =>
        {
            resource.ReadInt16().ShouldBe((short)ErrorCode.None);
            resource.ReadNullableString();
            resource.ReadInt8();
            resource.ReadString();
            return resource.ReadArray(static entry =>
            {
                KeyValuePair<string, string?> read = new(entry.ReadString(), entry.ReadNullableString());
                entry.ReadBoolean().ShouldBeFalse(); // It can be changed.
                entry.ReadBoolean();
                entry.ReadBoolean();
                return read;
            });
        }).ShouldHaveSingleItem().ToDictionary();
    }

    /// <summary>DescribeConfigs in version 4: the names that are told, with where each setting comes from and its type.</summary>
    public static async Task<(ErrorCode Error, Dictionary<string, (sbyte Source, sbyte Type)> Entries)> DescribeAsync(
        this ListenerClient client, sbyte type, string name, params string[] settings)
    {
        WireReader answer = await client.AskAsync(
            ApiKey.DescribeConfigs,
            4,
            writer =>
            {
                writer.WriteArray([name], (resources, resource) =>
                {
                    resources.WriteInt8(type);
                    resources.WriteString(resource);
                    resources.WriteArray(settings, static (names, setting) => names.WriteString(setting));
                    resources.WriteTags();
                });
                writer.WriteBoolean(true); // Synonyms.
                writer.WriteBoolean(true); // Documentation.
                writer.WriteTags();
            },
            isFlexible: true);
        answer.ReadInt32();
        return answer.ReadArray(static resource =>
        {
            var error = (ErrorCode)resource.ReadInt16();
            resource.ReadNullableString();
            resource.ReadInt8();
            resource.ReadString();
            Dictionary<string, (sbyte, sbyte)> entries = resource.ReadArray(ReadEntry).ToDictionary();
            resource.SkipTags();
            return (error, entries);
        }).ShouldHaveSingleItem();
    }

    private static KeyValuePair<string, (sbyte Source, sbyte Type)> ReadEntry(WireReader reader)
    {
        string name = reader.ReadString();
        reader.ReadNullableString();
        reader.ReadBoolean();
        sbyte source = reader.ReadInt8();
        reader.ReadBoolean();
        reader.ReadArray(static _ => 0).ShouldBeEmpty();
        sbyte type = reader.ReadInt8();
        reader.ReadNullableString();
        reader.SkipTags();
        return new(name, (source, type));
    }

    private static async Task<(ErrorCode Error, string? Fault)> AskAsync(
        ListenerClient client,
        ApiKey key,
        short version,
        bool isFlexible,
        bool onlyValidates,
        (sbyte Type, string Name)[] resources,
        Action<WireWriter> writeEntries)
    {
        WireReader answer = await client.AskAsync(key, version, writer =>
        {
            writer.WriteArray(resources, (written, resource) =>
            {
                written.WriteInt8(resource.Type);
                written.WriteString(resource.Name);
                writeEntries(written);
                written.WriteTags();
            });
            writer.WriteBoolean(onlyValidates);
            writer.WriteTags();
        }, isFlexible);

        answer.ReadInt32().ShouldBe(0);
        List<(ErrorCode Error, string? Fault, sbyte Type, string Name)> answers = answer.ReadArray(static resource =>
        {
            var read = ((ErrorCode)resource.ReadInt16(), resource.ReadNullableString(), resource.ReadInt8(), resource.ReadString());
            resource.SkipTags();
            return read;
        });
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        answers.Select(one => (one.Type, one.Name)).ShouldBe(resources);
        return (answers[0].Error, answers[0].Fault);
    }
}
