using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace Ganglion.Testing.Evaluations;

/// <summary>What came of an evaluation.</summary>
/// <param name="Name">The evaluation.</param>
/// <param name="Cases">Each case of each variant: those of a variant one after the other.</param>
public sealed record EvaluationReport(string Name, IReadOnlyList<EvaluatedCase> Cases)
{
    private static readonly EvaluationJson Json = new(new JsonSerializerOptions(EvaluationJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Whether all have passed.</summary>
    public bool IsPassed => Cases.All(one => one.IsPassed);

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.EvaluationReport);

    /// <summary>Writes the report as CI systems read it: JUnit's XML. Each variant is a suite of tests, and each case a test.</summary>
    /// <param name="output">Where it goes. It stays open.</param>
    public void WriteJUnit(Stream output)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", Plain(Name));
        WriteCounts(xml, [.. Cases]);
        foreach (IGrouping<string, EvaluatedCase> variant in Cases.GroupBy(one => one.Variant, StringComparer.Ordinal))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Plain($"{Name}.{variant.Key}"));
            WriteCounts(xml, [.. variant]);
            foreach (EvaluatedCase one in variant)
            {
                WriteCase(xml, one);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void WriteCase(XmlWriter xml, EvaluatedCase one)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Plain($"{Name}.{one.Variant}"));
        xml.WriteAttributeString("name", Plain(one.Name));
        xml.WriteAttributeString("time", Time(one.Runs.Sum(run => run.Seconds)));
        if (!one.IsPassed)
        {
            xml.WriteStartElement(IsError(one) ? "error" : "failure");
            xml.WriteAttributeString("message", string.Create(CultureInfo.InvariantCulture, $"{one.Passed} of {one.Runs.Count} answers have passed"));
            xml.WriteString(Plain(Describe(one)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Describe(EvaluatedCase one)
    {
        var text = new StringBuilder();
        foreach (EvaluatedRun run in one.Runs.Where(run => !run.IsPassed))
        {
            text.Append(run.Error).AppendJoin("; ", run.Failures.Select(failure => $"{failure.Check}: {failure.Reason}")).Append('\n');
            if (run.Text is { Length: > 0 } answer)
            {
                text.Append("The answer: ").Append(answer).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void WriteCounts(XmlWriter xml, EvaluatedCase[] cases)
    {
        xml.WriteAttributeString("tests", Count(cases.Length));
        xml.WriteAttributeString("failures", Count(cases.Count(one => !one.IsPassed && !IsError(one))));
        xml.WriteAttributeString("errors", Count(cases.Count(IsError)));
        xml.WriteAttributeString("time", Time(cases.Sum(one => one.Runs.Sum(run => run.Seconds))));
    }

    private static bool IsError(EvaluatedCase one) => !one.IsPassed && one.Runs.All(run => run.IsPassed || run.Error is not null);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Time(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    // A model may say what XML has no characters for.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            plain.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        }

        return plain.ToString();
    }
}
