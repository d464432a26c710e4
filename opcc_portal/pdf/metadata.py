"""Say in the file's metadata that it is PDF/UA-1 as well as PDF/A-3a.

WeasyPrint writes one identification only. PDF/A demands that a property it does not know, such as the PDF/UA part, comes
with a description of its schema (xmp.py).
"""

from weasyprint.pdf.metadata import DocumentMetadata

from opcc_portal.pdf.xmp import PDF_UA_1


class BothStandards(DocumentMetadata):
    def generate_rdf_metadata(self, variant, version, conformance):
        head, end, tail = super().generate_rdf_metadata(variant, version, conformance).rpartition(b"</rdf:RDF>")
        if not end:
            raise ValueError("the metadata has no end")
        return head + PDF_UA_1.encode() + end + tail
