using System.Text.Json.Serialization;

namespace Ganglion.Kafka.Doctor;

/// <summary>What a finding says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingLevel>))]
internal enum FindingLevel
{
    /// <summary>It is as it must be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It was not to be found out.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>It works, but not as it could.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It does not work, or loses something.</summary>
    [JsonStringEnumMemberName("fault")]
    Fault,
}
