using Ganglion.Kafka.Doctor;

namespace Ganglion.Kafka.Tests.Doctor;

internal static class FindingAssertions
{
    /// <summary>Checks a finding's level, and how its check and text begin. Whatever is wrong can be mended.</summary>
    public static void ShouldBe(this Finding finding, FindingLevel level, string beginning)
    {
        finding.Level.ShouldBe(level, finding.Text);
        $"{finding.Check} {finding.Text}".ShouldStartWith(beginning);
        if (level > FindingLevel.Unknown)
        {
            finding.Remedy.ShouldNotBeNullOrEmpty();
        }
    }
}
