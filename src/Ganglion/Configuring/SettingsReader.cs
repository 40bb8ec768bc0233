using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Ganglion.Configuring;

/// <summary>
/// Reads an object of settings, and adds to a list whatever is wrong with it: which setting, its value, what is allowed. Numbers and flags may be
/// texts, as those of a configuration are, and a list may be a single text.
/// </summary>
/// <param name="path">Where the settings stand, for the faults.</param>
/// <param name="settings">The settings; an object, or nothing at all.</param>
/// <param name="faults">Gets everything that is wrong.</param>
internal sealed class SettingsReader(string path, JsonElement settings, List<string> faults)
{
    /// <summary>How long a name may be.</summary>
    public const int MaxNameLength = 100;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the settings stand.</summary>
    public string Path => path;

    /// <summary>Gets everything that is wrong.</summary>
    public List<string> Faults => faults;

    /// <summary>All of the settings; undefined if there are none.</summary>
    public JsonElement All => settings;

    /// <summary>Whether there is such a setting.</summary>
    public bool Has(string name) => Find(name).ValueKind != JsonValueKind.Undefined;

    /// <summary>Says what is wrong with a setting.</summary>
    public void Fault(string name, string fault) => faults.Add($"{path}:{name} {fault}");

    /// <summary>A setting as it is; undefined if there is none.</summary>
    public JsonElement Element(string name) => Find(name);

    /// <summary>A text that is not empty.</summary>
    public string? Text(string name)
    {
        JsonElement value = Find(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return null;
            case JsonValueKind.String when value.GetString() is { Length: > 0 } text:
                return text;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return value.GetRawText();
            default:
                Fault(name, $"is {Shown(value)}: set a text.");
                return null;
        }
    }

    /// <summary>A text without which nothing works.</summary>
    public string RequiredText(string name)
    {
        if (!Has(name))
        {
            Fault(name, "is missing: set a text.");
        }

        return Text(name) ?? "";
    }

    /// <summary>A name, such as that of a queue: 1 to 100 of the characters <c>a-z A-Z 0-9 . _ -</c>.</summary>
    public string? Name(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!IsName(text))
        {
            Fault(name, $"is '{text}': take 1 to {MaxNameLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        return text;
    }

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength && text is not ("." or "..") && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>A number within bounds.</summary>
    public double? Number(string name, double min, double max)
    {
        JsonElement value = Find(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        double? number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out double plain) => plain,
            JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double written) => written,
            _ => null,
        };
        if (number is not { } found || !(found >= min && found <= max))
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"is {Shown(value)}: set a number from {min} to {max}."));
            return null;
        }

        return found;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Count(string name, int min, int max)
    {
        double? number = Number(name, min, max);
        if (number is { } found && found != Math.Floor(found))
        {
            Fault(name, $"is {Shown(Find(name))}: set a whole number.");
            return null;
        }

        return (int?)number;
    }

    /// <summary>A time such as <c>00:00:30</c>.</summary>
    public TimeSpan? Time(string name, TimeSpan min, TimeSpan max)
    {
        JsonElement value = Find(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        // A number by itself would be days, which nobody means.
        if (value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text
            && text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time)
            && time >= min
            && time <= max)
        {
            return time;
        }

        Fault(name, $"is {Shown(value)}: set a time from {min} to {max}, such as 00:00:30.");
        return null;
    }

    /// <summary>One of several words.</summary>
    public string? Choice(string name, params string[] allowed)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        string? choice = Array.Find(allowed, one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (choice is null)
        {
            Fault(name, $"is '{text}': set {string.Join(" or ", allowed)}.");
        }

        return choice;
    }

    /// <summary>Texts; none if nothing is set.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        JsonElement value = Find(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return [];
            case JsonValueKind.String when value.GetString() is { Length: > 0 } single:
                return [single];
            case JsonValueKind.Array:
                var texts = new List<string>(value.GetArrayLength());
                foreach (JsonElement item in value.EnumerateArray())
                {
                    if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text)
                    {
                        texts.Add(text);
                    }
                    else if (item.ValueKind == JsonValueKind.Number)
                    {
                        texts.Add(item.GetRawText());
                    }
                    else
                    {
                        Fault(name, $"has {Shown(item)} in it: set texts.");
                    }
                }

                return texts;
            default:
                Fault(name, $"is {Shown(value)}: set a list of texts.");
                return [];
        }
    }

    /// <summary>The items of a list, each with its place.</summary>
    public IReadOnlyList<(string Path, JsonElement Value)> Items(string name)
    {
        JsonElement value = Find(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return [];
            case JsonValueKind.Array:
                return [.. value.EnumerateArray().Select((item, i) => (string.Create(CultureInfo.InvariantCulture, $"{path}:{name}:{i}"), item))];
            default:
                Fault(name, $"is {Shown(value)}: set a list.");
                return [];
        }
    }

    /// <summary>A list of objects.</summary>
    public IEnumerable<SettingsReader> Objects(string name)
    {
        foreach ((string place, JsonElement item) in Items(name))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return new SettingsReader(place, item, faults);
            }
            else
            {
                faults.Add($"{place} is {Shown(item)}: set an object.");
            }
        }
    }

    /// <summary>The members of an object, by names of their own.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Members(string name)
    {
        JsonElement value = Find(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Select(member => (member.Name, member.Value));
        }

        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            Fault(name, $"is {Shown(value)}: set an object.");
        }

        return [];
    }

    /// <summary>An object within this one, by a name that it may choose.</summary>
    public SettingsReader Within(string name, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            Fault(name, $"is {Shown(value)}: set an object.");
        }

        return new SettingsReader($"{path}:{name}", value, faults);
    }

    /// <summary>Says of every setting that nobody has asked for that it means nothing.</summary>
    public void End()
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty property in settings.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                Fault(property.Name, $"means nothing: set {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private JsonElement Find(string name)
    {
        _known.Add(name);
        if (settings.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        foreach (JsonProperty property in settings.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return default;
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "missing",
        JsonValueKind.String => $"'{value.GetString()}'",
        _ => value.GetRawText(),
    };
}
