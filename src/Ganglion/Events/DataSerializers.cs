namespace Ganglion.Events;

/// <summary>The serializers beside JSON: found by content type to read, and by channel to write.</summary>
internal sealed class DataSerializers
{
    private const char Wildcard = '*';

    private readonly Dictionary<string, IDataSerializer> _readers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IDataSerializer>.AlternateLookup<ReadOnlySpan<char>> _readersBySpan;
    private readonly Dictionary<string, IDataSerializer> _writers = new(StringComparer.Ordinal);
    private readonly List<(string Prefix, IDataSerializer Serializer)> _prefixes = [];

    private DataSerializers(IEnumerable<(IDataSerializer Serializer, IReadOnlyList<string> Channels)> registered)
    {
        _readersBySpan = _readers.GetAlternateLookup<ReadOnlySpan<char>>();
        var faults = new List<string>();
        foreach ((IDataSerializer serializer, IReadOnlyList<string> channels) in registered)
        {
            AddReader(serializer, faults);
            foreach (string channel in channels)
            {
                AddWriter(serializer, channel, faults);
            }
        }

        if (faults.Count > 0)
        {
            throw new SerializerException(string.Join(Environment.NewLine, faults));
        }

        // The longest fits best.
        _prefixes.Sort((one, other) => other.Prefix.Length.CompareTo(one.Prefix.Length));
    }

    /// <summary>The content types that can be read beside JSON.</summary>
    public IEnumerable<string> ContentTypes => _readers.Keys.Order(StringComparer.Ordinal);

    /// <returns><see langword="null"/> if there is none beside JSON.</returns>
    /// <exception cref="SerializerException">They do not fit together.</exception>
    public static DataSerializers? Of(IReadOnlyCollection<(IDataSerializer Serializer, IReadOnlyList<string> Channels)> registered) =>
        registered.Count == 0 ? null : new DataSerializers(registered);

    /// <summary>The one that reads a content type.</summary>
    public IDataSerializer? FindReader(string? contentType) =>
        contentType is not null && _readersBySpan.TryGetValue(MediaType.EssenceOf(contentType), out IDataSerializer? reader) ? reader : null;

    /// <summary>
    /// The one that reads what has come on a channel: that of its content type; else, where that is not stated or says nothing of JSON, that
    /// of the channel.
    /// </summary>
    public IDataSerializer? FindReader(string? contentType, string? channel) =>
        FindReader(contentType) ?? (contentType is null || !MediaType.IsJson(contentType) ? FindWriter(channel) : null);

    /// <summary>The one that writes what goes to a channel.</summary>
    public IDataSerializer? FindWriter(string? channel)
    {
        if (channel is null)
        {
            return null;
        }

        if (_writers.TryGetValue(channel, out IDataSerializer? writer))
        {
            return writer;
        }

        foreach ((string prefix, IDataSerializer serializer) in _prefixes)
        {
            if (channel.StartsWith(prefix, StringComparison.Ordinal))
            {
                return serializer;
            }
        }

        return null;
    }

    private void AddReader(IDataSerializer serializer, List<string> faults)
    {
        IReadOnlyCollection<string> contentTypes = serializer.ContentTypes;
        if (contentTypes.Count == 0)
        {
            faults.Add($"{NameOf(serializer)} reads no content type: it needs at least one, such as application/cbor.");
        }

        foreach (string contentType in contentTypes)
        {
            if (!MediaType.IsEssence(contentType))
            {
                faults.Add($"{NameOf(serializer)} reads '{contentType}', which is no media type: take one without parameters, such as application/cbor.");
            }
            else if (contentType.Equals(MediaType.Json, StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"{NameOf(serializer)} reads '{contentType}', which is read as JSON already: take a content type of its own, such as application/vnd.shop+json.");
            }
            else if (_readers.TryGetValue(contentType, out IDataSerializer? other) && other != serializer)
            {
                faults.Add($"{NameOf(serializer)} reads '{contentType}', and so does {NameOf(other)}. Remove one of them.");
            }
            else
            {
                _readers[contentType] = serializer;
            }
        }
    }

    private void AddWriter(IDataSerializer serializer, string channel, List<string> faults)
    {
        int wildcard = channel.IndexOf(Wildcard, StringComparison.Ordinal);
        if (channel.Length == 0 || (wildcard >= 0 && wildcard < channel.Length - 1))
        {
            faults.Add($"{NameOf(serializer)} writes '{channel}', which is no channel: take its name, or its beginning with a * behind it, such as orders.*.");
        }
        else if (wildcard < 0 ? !_writers.TryAdd(channel, serializer) : _prefixes.Exists(known => known.Prefix == channel[..wildcard]))
        {
            faults.Add($"{NameOf(serializer)} writes '{channel}', for which there is a serializer already. Remove one of them.");
        }
        else if (wildcard >= 0)
        {
            _prefixes.Add((channel[..wildcard], serializer));
        }
    }

    private static string NameOf(IDataSerializer serializer) => serializer.GetType().Name;
}
